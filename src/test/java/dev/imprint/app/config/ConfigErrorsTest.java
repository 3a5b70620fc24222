package dev.imprint.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Error messages about settings that cannot be used. */
class ConfigErrorsTest extends ConfigReaderSteps {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          serving: {lingr_ms: 1}      | 1:11: unknown key serving.lingr_ms; did you mean serving.linger_ms?
          linger_ms: 1                | 1:1: unknown key linger_ms; did you mean serving.linger_ms?
          servng: {}                  | 1:1: unknown key servng; did you mean serving?
          kafka: {ssl: {}}            | 1:9: unknown key kafka.ssl; did you mean
          serving: {top: 1, top: 2}   | 1:22: Duplicate field 'top'
          serving: {top: 0}           | 1:11: serving.top is 0: set 1 to 1000
          serving: {top: 1001}        | 1:11: serving.top is 1001: set 1 to 1000
          serving: {top: many}        | 1:11: serving.top is many: set a whole number
          serving: {top: 1.5}         | 1:11: serving.top is 1.5: set a whole number
          training: {hidden: {units: 9}}     | 1:21: training.hidden.units is 9: set a list in brackets, such as []
          training: {hidden: {units: [a]}}   | 1:21: training.hidden.units.0 is a: set a whole number
          training: {hidden: {units: [5, null]}} | 1:21: training.hidden.units is [5, null]: set
          training: {hidden: {units: [0]}}   | 1:21: training.hidden.units is [0]: set [] (a linear head), or up to 3 layers of 1 to 1,024 units
          training: {hidden: {activation: gelu}} | 1:21: training.hidden.activation is gelu: set linear or relu or silu or tanh
          training: {hidden: {dropout: 1}}   | 1:21: training.hidden.dropout is 1.0: set 0 (none) or a rate below 1
          training: {momentum: 0.9}          | 1:12: training.momentum is 0.9: set 0, because training.optimizer is adam
          training: {label_smoothing: 1}     | 1:12: training.label_smoothing is 1.0: set 0 (none) or a share below 1
          training: {optimizer: lamb}        | 1:12: training.optimizer is lamb: set adam or adamw or rmsprop or sgd
          training: {balanced: true}         | 1:12: training.balanced no longer exists: use training.class_weights
          serving: {top: [1]}         | 1:11: serving.top is [1]: set a whole number
          serving: {top: }            | 1:11: serving.top has no value: set a whole number, or remove the line
          serving: 5                  | 1:1: serving is 5: set keys, one per line and indented
          serving: {linger_ms: 200}   | 1:11: serving.linger_ms is 200: a commit empties the batch
          application_id:             | 1:1: application_id has no value: set one such as imprint
          data:                       | 1:1: data has no value: set one such as data
          serving: {delivery: }       | 1:11: serving.delivery has no value: set one such as exactly_once
          serving: {linger_ms: -1}    | 1:11: serving.linger_ms is -1: set 0
          serving: {commit_interval_ms: 0, linger_ms: 0} | 1:11: serving.commit_interval_ms is 0
          serving: {max_batch: 0}     | 1:11: serving.max_batch is 0
          serving: {max_batch: 1025}  | 1:11: serving.max_batch is 1025: set 1 to 1024
          serving: {threads: 0}       | 1:11: serving.threads is 0
          serving: {threads: 65}      | 1:11: serving.threads is 65: set 1 to 64
          serving: {threshold: 1.5}   | 1:11: serving.threshold is 1.5
          serving: {threshold: .nan}  | 1:26: Malformed numeric value
          serving: {delivery: twice}  | 1:11: serving.delivery is twice: set exactly_once or at_least_once
          serving: {delivery: 0}      | 1:11: serving.delivery is 0: set exactly_once or at_least_once
          application_id: 'a b'       | 1:1: application_id is a b: use
          application_id: {}          | 1:1: application_id is a section: set a text
          topics: {prefix: 'ä'}       | 1:10: topics.prefix is ä: use only letters
          kafka: {bootstrap_servers: localhost} | 1:9: kafka.bootstrap_servers is localhost: set host:port
          images: {max_bytes: 0}      | 1:10: images.max_bytes is 0
          images: {max_bytes: 1073741825} | 1:10: images.max_bytes is 1073741825: set 1 to 1073741824
          images: {truncated: maybe}  | 1:10: images.truncated is maybe: set recover or refuse
          images: {max_pixels: 0}     | 1:10: images.max_pixels is 0
          tensorflow: {threads: -1}   | 1:14: tensorflow.threads is -1
          learning: {label_window_hours: 0} | 1:12: learning.label_window_hours is 0
          learning: {feedback_wait_seconds: 0} | 1:12: learning.feedback_wait_seconds is 0
          learning: {threads: 0}      | 1:12: learning.threads is 0: set 1 to 64
          buffer: {max_per_label: 0}  | 1:10: buffer.max_per_label is 0
          training: {new_labels: -1}  | 1:12: training.new_labels is -1
          training: {min_wait_minutes: 61} | 1:12: training.min_wait_minutes is 61: set 0 (no limit) to
          training: {accuracy_drop: 1} | 1:12: training.accuracy_drop is 1.0: set 0
          training: {max_backoff: 0}  | 1:12: training.max_backoff is 0: set 1
          training: {epochs: 0}       | 1:12: training.epochs is 0
          training: {enabled: maybe}  | 1:12: training.enabled is maybe: set true or false
          training: {gate: {recall_drop: abc}} | 1:19: training.gate.recall_drop is abc: set a number
          training: {gate: {min_labels: 1}} | 1:19: training.gate.min_labels is 1: set at least 2
          training: {fine_tune: {epochs: abc}} | 1:24: training.fine_tune.epochs is abc: set a whole number
          training: {fine_tune: {epochs: 0}} | 1:24: training.fine_tune.epochs is 0: set 1 to 1000
          training: {fine_tune: {from: ' '}} | 1:24: training.fine_tune.from is '': name the first layer
          training: {fine_tune: {when: always}} | 1:24: training.fine_tune.when is always: set never or on_command or auto
          training: {fine_tune: {auto: {new_labels: 0}}} | 1:31: training.fine_tune.auto.new_labels is 0: set at least 1
          training: {fine_tune: {auto: {last_heads: 0}}} | 1:31: training.fine_tune.auto.last_heads is 0: set at least 1
          training: {fine_tune: {auto: {gain_below: 0}}} | 1:31: training.fine_tune.auto.gain_below is 0.0: set a value
          {training: {fine_tune: {when: auto}}, rollout: {keep_versions: 2}} | training.fine_tune.auto.last_heads is 3: set at most rollout.keep_versions (now 2)
          runs: {keep: -1} | 1:8: runs.keep is -1: set 0 (none)
          rollout: {keep_versions: 0} | 1:11: rollout.keep_versions is 0: set at least 1
          rollout: {pin: ' '}         | 1:11: rollout.pin is blank
          http: {port: 65536}         | 1:8: http.port is 65536
          http: {auth: maybe}         | 1:8: http.auth is maybe: set users or proxy or none
          http: {auth: proxy}         | 1:8: http.auth is proxy: list the addresses of the proxy
          http: {auth: none, users: [{name: a, role: look}]} | http.users.0.password is not set: write the line
          http: {proxy: {addresses: ['::1']}} | http.auth is users: set proxy, or remove
          http: {auth: proxy, proxy: {addresses: [proxy.example]}} | http.proxy.addresses is proxy.example: list addresses such as
          http: {auth: proxy, proxy: {addresses: [300.1.1.1]}} | http.proxy.addresses is 300.1.1.1: list
          http: {proxy: {user_header: 'a b'}} | http.proxy.user_header is a b: set the name of a header
          http: {users: ada}          | 1:8: http.users is ada: set a list
          http: {users: [ada]}        | 1:8: http.users.0 is ada: set keys
          http: {users: [{rolle: look}]} | 1:17: unknown key http.users.0.rolle; there are
          http: {users: [{name: ada, role: admin}]} | 1:28: http.users.0.role is admin: set look or label or operate
          http: {users: [{name: ada}]} | http.users.0.role is not set: set look
          http: {users: [{role: look}]} | http.users.0.name is null: use 1 to 100 letters
          http: {users: [{name: ada, role: look, password: hunter2}]} | 1:40: http.users.0.password is not a bcrypt hash
          http: {tokens: [{name: ada, role: look, hash: hunter2}]} | 1:41: http.tokens.0.hash is not the hash of a token
          http: {session_hours: 0}    | 1:8: http.session_hours is 0: set 1 to 720
          http: {names: ['a b']}      | 1:8: http.names is a b: list host names
          http: {tls: {key: a.pem}}   | http.tls.certificate is not set: set both
          http: {tls: {certificate: a.pem}} | http.tls.key is not set: set both
          log: {level: loud}          | 1:7: log.level is loud: set error or warn or info or debug or trace
          [1, 2]                      | not a list of keys
          serving: {top               | 1:
          data: ${env:NOWHERE}        | 1:1: ${env:NOWHERE}: the variable is not set; export NOWHERE
          data: ${file:/no/such}      | 1:1: ${file:/no/such}: cannot be read
          """)
  void shouldNamePlaceKeyValueAndFix(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("test.yaml")
        .hasMessageContaining(message);
  }

  @Test
  void shouldNameTheFileThatIsNotThere() {
    assertThatThrownBy(() -> reader.read(Path.of("no-such.yaml"), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no-such.yaml: no such file");
  }

  @ParameterizedTest
  @CsvSource({
    "'topics: {prefix: \"${env:SECRET} \"}', topics.prefix is ${env:SECRET}",
    "'serving: {top: \"${env:SECRET}\"}', serving.top is ${env:SECRET}",
    "'serving: {delivery: \"${env:SECRET}\"}', serving.delivery is ${env:SECRET}",
    "'kafka: {bootstrap_servers: \"${env:SECRET}\"}', kafka.bootstrap_servers is ${env:SECRET}"
  })
  void shouldKeepInterpolatedValuesOutOfErrors(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .hasMessageContaining(message)
        .hasMessageNotContaining(SECRET)
        .hasNoCause();
  }

  @Test
  void shouldKeepHashesOutOfErrorsAndOfItsOwnText() throws IOException {
    String hash = "$2a$12$" + "h".repeat(53);
    Path file = Files.writeString(dir.resolve("hash"), hash);

    ImprintConfig config =
        read("http: {users: [{name: ada, role: look, password: \"${file:%s}\"}]}".formatted(file));

    assertThat(config.http().access().users().get(0).password()).isEqualTo(hash);
    assertThat(config.toString()).contains("ada").doesNotContain("hhh");
    assertThatThrownBy(() -> read("http: {users: [{name: ada, role: look, password: hunter2}]}"))
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> read("http: {users: [{name: '', role: look, password: hunter2}]}"))
        .hasMessageNotContaining("hunter2");
  }
}
