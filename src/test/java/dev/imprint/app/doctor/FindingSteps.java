package dev.imprint.app.doctor;

import java.util.ArrayList;
import java.util.List;

/** Collects the findings of a check. */
class FindingSteps {
  static final Finding.Severity OK = Finding.Severity.OK;

  final List<Finding> findings = new ArrayList<>();

  List<String> whats(Finding.Severity severity) {
    return findings.stream()
        .filter(finding -> finding.severity() == severity)
        .map(Finding::what)
        .toList();
  }
}
