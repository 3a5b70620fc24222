package dev.imprint;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  /** From top to bottom; each may use only those below it. */
  private static final List<String> PACKAGES =
      List.of(
          "app",
          "app.labels",
          "app.models",
          "app.backbone",
          "app.users",
          "app.topics",
          "app.dlq",
          "app.doctor",
          "app.sending",
          "app.options",
          "app.service",
          "app.config",
          "demo",
          "demo.belt",
          "terminal",
          "page",
          "page.understand",
          "page.classes",
          "page.teach",
          "page.trial",
          "page.versions",
          "page.commands",
          "page.watch",
          "page.feed",
          "inference",
          "web",
          "web.tls",
          "web.access",
          "web.api",
          "observability",
          "comparison",
          "leader",
          "leader.trigger",
          "rollout",
          "labels",
          "runs",
          "training",
          "training.gate",
          "training.evaluation",
          "training.selection",
          "tuning",
          "buffer",
          "buffer.cache",
          "pipeline",
          "pipeline.learning",
          "pipeline.part",
          "broker",
          "tensorflow.export",
          "tensorflow.tuning",
          "tensorflow",
          "tensorflow.layer",
          "tensorflow.keras",
          "tensorflow.board",
          "tensorflow.head",
          "tensorflow.picture",
          "tensorflow.picture.format",
          "tensorflow.session",
          "augmentation",
          "event",
          "model.serving",
          "model.backbone",
          "model",
          "model.head",
          "model.labels",
          "model.metrics");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.imprint");
  }

  @Test
  void shouldLetArrowsPointDownOnly() {
    Architectures.LayeredArchitecture layers =
        Architectures.layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String name : PACKAGES) {
      layers = layers.optionalLayer(name).definedBy("dev.imprint." + name);
    }
    for (int i = 0; i < PACKAGES.size(); i++) {
      String[] above = PACKAGES.subList(0, i).toArray(String[]::new);
      layers =
          i == 0
              ? layers.whereLayer(PACKAGES.get(0)).mayNotBeAccessedByAnyLayer()
              : layers.whereLayer(PACKAGES.get(i)).mayOnlyBeAccessedByLayers(above);
    }

    layers.check(classes);
  }

  @Test
  void shouldHaveNoPackageBesideThose() {
    assertThat(classes)
        .extracting(JavaClass::getPackageName)
        .map(name -> name.substring("dev.imprint.".length()))
        .allMatch(name -> PACKAGES.contains(name) || name.equals("event.avro"));
  }

  @Test
  void shouldHaveNoCycles() {
    slices().matching("dev.imprint.(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void shouldTouchTensorFlowInItsPackageAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.imprint.tensorflow..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.tensorflow..", "org.bytedeco..")
        .check(classes);
  }

  @Test
  void shouldReadKerasFilesWithoutTensorFlow() {
    noClasses()
        .that()
        .resideInAPackage("dev.imprint.tensorflow.keras")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.tensorflow..", "org.bytedeco..")
        .check(classes);
  }

  @Test
  void shouldReadPictureFilesWithoutTensorFlow() {
    noClasses()
        .that()
        .resideInAPackage("dev.imprint.tensorflow.picture.format")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.tensorflow..", "org.bytedeco..")
        .check(classes);
  }

  @Test
  void shouldTouchTheBrokersInsidesInItsPackageAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.imprint.broker..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("kafka..", "org.apache.kafka.server..", "org.apache.kafka.metadata..")
        .check(classes);
  }

  @Test
  void shouldUseKafkasInternalsInOneFileAlone() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.StreamsInternals(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..internals..", "org.apache.kafka..internal..")
        .check(classes);
  }

  @Test
  void shouldKnowNeitherKafkaNorTensorFlowInTheModel() {
    noClasses()
        .that()
        .resideInAPackage("dev.imprint.model..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache..", "org.tensorflow..", "com.fasterxml..")
        .check(classes);
  }

  @Test
  void shouldHaveNoStaticVariables() {
    fields()
        .that()
        .areStatic()
        .and()
        .areDeclaredInClassesThat(notGenerated())
        .should()
        .beFinal()
        .check(classes);
  }

  @Test
  void shouldMarkEveryPackageForNullChecks() {
    for (String name : PACKAGES) {
      if (classes.containPackage("dev.imprint." + name)) {
        assertThat(classes.getPackage("dev.imprint." + name).isAnnotatedWith(NullMarked.class))
            .as("package-info of " + name)
            .isTrue();
      }
    }
  }

  private static DescribedPredicate<JavaClass> notGenerated() {
    return DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("dev.imprint.event.avro"));
  }
}
