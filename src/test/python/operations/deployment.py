"""Checks of the deployment that need no container engine."""

import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import yaml

ROOT = Path(__file__).parents[4]
CONFIG = ROOT / "config"
PROMETHEUS = CONFIG / "prometheus"
KUBERNETES = CONFIG / "kubernetes"
DASHBOARDS = sorted((CONFIG / "grafana/dashboards").glob("*.json"))
# name:tag, with a digit in the tag: latest, stable and lts are not pinned.
PINNED = re.compile(r"[a-z0-9./-]+:[\w.-]*\d[\w.-]*")


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def manifests():
    files = [f for f in KUBERNETES.glob("*.yaml") if f.name not in ("kustomization.yaml", "settings.yaml")]
    return [m for f in files for m in yaml.safe_load_all(f.read_text())]


def compose_file_fits_the_specification(tools):
    run(tools.bin / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", ROOT / "docker-compose.yml")


def specification_refuses_a_compose_file_with_a_misspelt_key(tools):
    wrong = tools.scratch / "wrong.yml"
    wrong.write_text((ROOT / "docker-compose.yml").read_text().replace("healthcheck:", "healthchek:"))
    done = subprocess.run(
        [tools.bin / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", wrong], capture_output=True
    )
    assert done.returncode == 1


def every_image_is_pinned(tools):
    images = [s["image"] for s in compose()["services"].values()]
    images += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    images += [c["image"] for m in manifests() if "template" in m["spec"] for c in containers(m)]
    assert len(images) >= 8
    assert not [image for image in images if not PINNED.fullmatch(image)], images


def pom(path):
    project = ElementTree.parse(ROOT / "pom.xml").getroot()
    return project.findtext("/".join("{*}" + name for name in path.split("/")))


def images_have_the_versions_of_the_build(tools):
    assert compose()["services"]["kafka"]["image"] == "apache/kafka:" + pom("properties/kafka.version")
    tags = {}
    for file in [ROOT / "Dockerfile", ROOT / "docker-compose.yml", *KUBERNETES.glob("*.yaml")]:
        found = re.findall(r"\b(?:imprint:|newTag: )(\d[\w.-]*)", file.read_text())
        tags |= {file.name: set(found)} if found else {}
    assert tags == dict.fromkeys(
        ("Dockerfile", "docker-compose.yml", "kustomization.yaml", "statefulset.yaml", "topics.yaml"),
        {pom("version")},
    )


def one_service_builds_the_image_and_none_pulls_it(tools):
    ours = {n: s for n, s in compose()["services"].items() if s["image"].startswith("imprint:")}
    assert {name for name, service in ours.items() if "build" in service} == {"imprint"}
    assert {name for name, service in ours.items() if service.get("pull_policy") == "never"} == {"topics"}
    assert set(ours) == {"imprint", "topics"}


def every_mounted_path_exists_and_every_volume_is_declared(tools):
    file = compose()
    mounts = [v.split(":")[0] for s in file["services"].values() for v in s.get("volumes", [])]
    bound = [m for m in mounts if m.startswith((".", "/"))]
    assert len(bound) >= 3
    assert not [m for m in bound if not (ROOT / m).exists()]
    assert {m for m in mounts if m not in bound} == set(file["volumes"])


def no_container_has_more_rights_than_it_needs(tools):
    for name, service in compose()["services"].items():
        assert "no-new-privileges:true" in service["security_opt"], name
        assert all(p.startswith("127.0.0.1:") for p in service.get("ports", [])), name
        if name != "kafka":  # the image writes its settings into its own root
            assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert not [k for k in service.get("environment", {}) if re.search("PASSWORD|SECRET|TOKEN", k)], name
    for manifest in manifests():
        for container in containers(manifest):
            security = container["securityContext"]
            assert security["readOnlyRootFilesystem"] and security["capabilities"] == {"drop": ["ALL"]}


def containers(manifest):
    return manifest["spec"].get("template", {}).get("spec", {}).get("containers", [])


def container_settings_agree_with_the_image(tools):
    dockerfile = (ROOT / "Dockerfile").read_text()
    settings = yaml.safe_load((CONFIG / "container.yaml").read_text())
    assert f'"{settings["data"]}"' in re.search(r"^VOLUME (.*)$", dockerfile, re.MULTILINE)[1]
    for instruction in ("ENTRYPOINT", "CMD"):  # not through a shell, which would keep the signal
        json.loads(re.search(rf"^{instruction} (\[.*\])$", dockerfile, re.MULTILINE)[1])
    assert re.search(r"^USER 10001:10001$", dockerfile, re.MULTILINE)
    users = {m["spec"]["template"]["spec"]["securityContext"]["runAsUser"] for m in manifests() if containers(m)}
    assert users == {10001}


def prometheus_and_grafana_find_each_other(tools):
    services = compose()["services"]
    jobs = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())["scrape_configs"]
    for job in jobs:
        for target in job["static_configs"][0]["targets"]:
            host, port = target.split(":")
            service = job["job_name"] if host == "localhost" else host
            assert any(p.endswith(":" + port) for p in services[service]["ports"]), target
    grafana = CONFIG / "grafana/provisioning"
    source = yaml.safe_load((grafana / "datasources/prometheus.yml").read_text())["datasources"][0]
    assert source["url"] == "http://prometheus:9090"
    folder = yaml.safe_load((grafana / "dashboards/imprint.yml").read_text())["providers"][0]["options"]["path"]
    assert f"./config/grafana/dashboards:{folder}:ro" in services["grafana"]["volumes"]


def manifests_fit_kubernetes_schema(tools):
    files = [f for f in KUBERNETES.glob("*.yaml") if f.name not in ("kustomization.yaml", "settings.yaml")]
    run(tools.bin / "kubernetes-validate", "--strict", *files)


def kustomization_names_every_manifest_and_what_they_mount(tools):
    kustomization = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())
    assert set(kustomization["resources"]) == {
        f.name for f in KUBERNETES.glob("*.yaml") if f.name not in ("kustomization.yaml", "settings.yaml")
    }
    generated = {g["name"]: g["files"] for g in kustomization["configMapGenerator"]}
    assert all((KUBERNETES / f.split("=")[-1]).exists() for files in generated.values() for f in files)
    for manifest in manifests():
        for container in containers(manifest):
            volumes = manifest["spec"]["template"]["spec"]["volumes"]
            claims = manifest["spec"].get("volumeClaimTemplates", [])
            names = {v["name"] for v in volumes} | {c["metadata"]["name"] for c in claims}
            assert {m["name"] for m in container["volumeMounts"]} == names
            assert {v["configMap"]["name"] for v in volumes if "configMap" in v} == set(generated)
    services = {m["metadata"]["name"] for m in manifests() if m["kind"] == "Service"}
    assert {m["spec"]["serviceName"] for m in manifests() if m["kind"] == "StatefulSet"} <= services


def promtool_accepts_configuration_and_rules(tools):
    assert "SUCCESS" in run(tools.promtool, "check", "config", PROMETHEUS / "prometheus.yml")


def promtool_accepts_the_job_for_kubernetes_which_finds_the_pods_of_the_manifests(tools):
    config = yaml.safe_load((PROMETHEUS / "kubernetes.yml").read_text())
    (job,) = config["scrape_configs"]
    # Debian's promtool is built without Kubernetes: this is checked here, the rest by promtool.
    (discovery,) = job.pop("kubernetes_sd_configs")
    config["rule_files"] = [str(PROMETHEUS / file) for file in config["rule_files"]]
    rest = tools.scratch / "kubernetes.yml"
    rest.write_text(yaml.safe_dump(config))
    assert "SUCCESS" in run(tools.promtool, "check", "config", rest)
    assert job["job_name"] == "imprint"
    (selector,) = discovery.pop("selectors")
    assert discovery == {"role": "pod"} and set(selector) == {"role", "label"} and selector["role"] == "pod"
    (pods,) = [m["spec"]["template"] for m in manifests() if m["kind"] == "StatefulSet"]
    (common,) = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())["labels"]
    labels = common["pairs"] | pods["metadata"]["labels"]
    assert dict(pair.split("=") for pair in selector["label"].split(",")) == labels
    (kept,) = [r["regex"] for r in job["relabel_configs"] if r.get("action") == "keep"]
    assert kept in [p["name"] for c in pods["spec"]["containers"] for p in c["ports"]]


def every_alert_fires_on_its_series_and_none_on_a_healthy_one(tools):
    run(tools.promtool, "test", "rules", PROMETHEUS / "rules_test.yml")
    tests = yaml.safe_load((PROMETHEUS / "rules_test.yml").read_text())["tests"]
    assert {name for test in tests for name in firing(test)} == {a["alert"] for a in alerts()}


def firing(test):
    """The alerts that a test expects to fire at some time."""
    for expected in test.get("alert_rule_test", []):
        if expected["exp_alerts"]:
            yield expected["alertname"]
    for expected in test.get("promql_expr_test", []):
        if 'alertstate="firing"' in expected["expr"]:
            for sample in expected["exp_samples"]:
                yield re.search(r'alertname="(\w+)"', sample["labels"])[1]


def alerts():
    groups = yaml.safe_load((PROMETHEUS / "rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def every_alert_says_what_to_do(tools):
    text = (ROOT / "docs/operations.md").read_text()
    for alert in alerts():
        assert alert["labels"]["severity"] in ("critical", "warning")
        assert set(alert["annotations"]) == {"summary", "description", "runbook_url"}
        assert alert["annotations"]["runbook_url"] == (
            "{{ $externalLabels.imprint_docs }}/operations.md#" + alert["alert"].lower())
        assert re.search(rf"^#+ {alert['alert']}$", text, re.MULTILINE), alert["alert"]


def dashboards_are_whole(tools):
    for file in DASHBOARDS:
        board = json.loads(file.read_text())
        taken = set()
        assert len({p["id"] for p in board["panels"]}) == len(board["panels"])
        assert board["templating"]["list"][0]["type"] == "datasource"
        for panel in board["panels"]:
            place = panel["gridPos"]
            cells = {
                (x, y)
                for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])
            }
            assert not cells & taken and place["x"] + place["w"] <= 24, panel["title"]
            taken |= cells
            assert panel["title"] and panel["description"] and panel["targets"]
            assert panel["datasource"]["uid"] == "${datasource}"


CHECKS = [
    compose_file_fits_the_specification,
    specification_refuses_a_compose_file_with_a_misspelt_key,
    every_image_is_pinned,
    images_have_the_versions_of_the_build,
    one_service_builds_the_image_and_none_pulls_it,
    every_mounted_path_exists_and_every_volume_is_declared,
    no_container_has_more_rights_than_it_needs,
    container_settings_agree_with_the_image,
    prometheus_and_grafana_find_each_other,
    manifests_fit_kubernetes_schema,
    kustomization_names_every_manifest_and_what_they_mount,
    promtool_accepts_configuration_and_rules,
    promtool_accepts_the_job_for_kubernetes_which_finds_the_pods_of_the_manifests,
    every_alert_fires_on_its_series_and_none_on_a_healthy_one,
    every_alert_says_what_to_do,
    dashboards_are_whole,
]
