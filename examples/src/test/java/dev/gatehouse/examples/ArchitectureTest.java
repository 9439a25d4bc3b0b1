package dev.gatehouse.examples;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.outcome.Secret;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** ARCHITECTURE.md's table of rooms, held by the build. A rule that matched nothing fails. */
@AnalyzeClasses(packages = "dev.gatehouse", importOptions = ArchitectureTest.NoTests.class)
class ArchitectureTest {

  /** Core's test jar is no test class directory, and yet holds tests only. */
  static final class NoTests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return new DoNotIncludeTests().includes(location) && !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule rooms_of_core_import_only_what_the_table_says =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("outcome")
          .definedBy("dev.gatehouse.core.outcome..")
          .layer("json")
          .definedBy("dev.gatehouse.core.json..")
          .layer("disk")
          .definedBy("dev.gatehouse.core.disk..")
          .layer("artifact")
          .definedBy("dev.gatehouse.core.artifact..")
          .layer("access")
          .definedBy("dev.gatehouse.core.access..")
          .layer("dialect")
          .definedBy("dev.gatehouse.core.dialect..")
          .layer("process")
          .definedBy("dev.gatehouse.core.process..")
          .layer("model")
          .definedBy("dev.gatehouse.core.model..")
          .layer("journal")
          .definedBy("dev.gatehouse.core.journal..")
          .layer("letter")
          .definedBy("dev.gatehouse.core.letter..")
          .layer("report")
          .definedBy("dev.gatehouse.core.report..")
          .layer("tell")
          .definedBy("dev.gatehouse.core.tell..")
          .layer("run")
          .definedBy("dev.gatehouse.core.run..")
          .whereLayer("run")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("tell")
          .mayOnlyBeAccessedByLayers("run")
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("tell", "run")
          .whereLayer("letter")
          .mayOnlyBeAccessedByLayers("run")
          .whereLayer("journal")
          .mayOnlyBeAccessedByLayers("letter", "report", "tell", "run")
          .whereLayer("model")
          .mayOnlyBeAccessedByLayers("journal", "letter", "report", "tell", "run")
          .layer("script")
          .definedBy("dev.gatehouse.core.script..")
          .whereLayer("process")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("script")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("dialect")
          .mayOnlyBeAccessedByLayers(
              "process", "script", "model", "journal", "letter", "report", "tell", "run")
          .whereLayer("access")
          .mayOnlyBeAccessedByLayers("dialect")
          .whereLayer("artifact")
          .mayOnlyBeAccessedByLayers("dialect", "model", "report", "run")
          .whereLayer("disk")
          .mayOnlyBeAccessedByLayers("journal", "letter", "report", "run")
          .whereLayer("json")
          .mayOnlyBeAccessedByLayers(
              "access", "artifact", "dialect", "model", "journal", "letter", "report", "run");

  @ArchTest
  static final ArchRule core_has_no_cycles =
      slices().matching("dev.gatehouse.core.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule core_knows_no_other_module =
      noClasses()
          .that()
          .resideInAPackage("dev.gatehouse.core..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.gatehouse.dsl..",
              "dev.gatehouse.sqlite..",
              "dev.gatehouse.mysql..",
              "dev.gatehouse.postgres..");

  @ArchTest
  static void dialects_know_neither_each_other_nor_the_verbs(JavaClasses all) {
    List<String> dialects = List.of("sqlite", "mysql", "postgres");
    for (String dialect : dialects) {
      String[] others =
          Stream.concat(Stream.of("dsl"), dialects.stream().filter(one -> !one.equals(dialect)))
              .map(module -> "dev.gatehouse." + module + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("dev.gatehouse." + dialect + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .allowEmptyShould(dialect.equals("mysql")) // holds nothing yet
          .check(all);
    }
  }

  @ArchTest
  static final ArchRule the_verbs_know_no_dialect =
      noClasses()
          .that()
          .resideInAPackage("dev.gatehouse.dsl..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.gatehouse.sqlite..", "dev.gatehouse.mysql..", "dev.gatehouse.postgres..");

  private static final DescribedPredicate<JavaClass> JOOQ_OR_DRIVER =
      resideInAnyPackage(
          "org.jooq..",
          "org.sqlite..",
          "org.postgresql..",
          "com.mysql..",
          "org.mariadb..",
          "com.github.shyiko..");

  @ArchTest
  static final ArchRule no_jooq_or_driver_type_in_a_public_signature =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .resideInAPackage("dev.gatehouse..")
          .should(
              new ArchCondition<JavaMethod>("not name a jOOQ or driver type") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                  Stream.concat(
                          method.getRawParameterTypes().stream(),
                          Stream.of(method.getRawReturnType()))
                      .filter(JOOQ_OR_DRIVER)
                      .forEach(
                          type ->
                              events.add(
                                  SimpleConditionEvent.violated(
                                      method, method.getFullName() + " names " + type.getName())));
                }
              });

  private static final DescribedPredicate<JavaCall<?>> AN_EFFECT =
      describe(
          "an effect is applied",
          call ->
              call.getName().equals("apply")
                  && are(assignableTo(Effect.class)).test(call.getTargetOwner()));

  @ArchTest
  static final ArchRule only_the_run_calls_an_effect =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.gatehouse.core.run..")
          .and(are(not(assignableTo(Effect.class)))) // one effect may be made of another
          .should()
          .callMethodWhere(AN_EFFECT);

  @ArchTest
  static final ArchRule only_examples_and_the_shell_print =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.gatehouse.examples..")
          .and()
          .doNotHaveSimpleName("Shell")
          .and()
          .doNotHaveSimpleName("JobSummary") // a job's log is where its annotations are read
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule only_a_secret_keeps_the_characters_of_one =
      noFields()
          .that()
          .areDeclaredInClassesThat()
          .resideInAPackage("dev.gatehouse..")
          .and()
          .areDeclaredInClassesThat()
          .areNotAssignableTo(Secret.class)
          .should()
          .haveRawType(char[].class);

  @ArchTest
  static final ArchRule secrets_are_revealed_only_where_they_must_leave_the_house =
      noClasses()
          .that()
          .resideInAPackage("dev.gatehouse..")
          .and()
          .areNotAssignableTo(Secret.class)
          .and()
          .areNotAssignableTo(Target.class)
          .and()
          .haveNameNotMatching("dev.gatehouse.core.outcome.Sought")
          .and()
          .haveNameNotMatching(
              "dev.gatehouse.dsl.operation.(CommandLine|CommandExecution)|dev.gatehouse.dsl.credential.(Passwords|RotationFile|SecretFile|StandardInput)|dev.gatehouse.dsl.http.(Header|Posted)|dev.gatehouse.dsl.tell.(Post|Webhook)|dev.gatehouse.mysql.backup.DumpLogin|dev.gatehouse.mysql.password.Verifiers|dev.gatehouse.postgres.(backup.ToolLogin|grant.GrantScript|password.ScramVerifier)|dev.gatehouse.examples.bench.(Postgres|MySql)Peers")
          .should()
          .callMethod(Secret.class, "reveal", Function.class);

  /** What a server says to people comes in its own language. */
  private static final ArchCondition<JavaMethod> NOT_READ_WORDS =
      new ArchCondition<>("not compare what an exception says") {
        @Override
        public void check(JavaMethod method, ConditionEvents events) {
          boolean compares =
              method.getMethodCallsFromSelf().stream()
                  .anyMatch(
                      call ->
                          call.getTargetOwner().isEquivalentTo(String.class)
                              && COMPARISONS.contains(call.getName()));
          method.getMethodCallsFromSelf().stream()
              .filter(call -> call.getName().endsWith("getMessage"))
              .filter(call -> call.getTargetOwner().isAssignableTo(Throwable.class))
              .forEach(
                  call ->
                      events.add(
                          new SimpleConditionEvent(method, !compares, call.getDescription())));
        }
      };

  private static final Set<String> COMPARISONS =
      Set.of(
          "contains",
          "startsWith",
          "endsWith",
          "equals",
          "equalsIgnoreCase",
          "matches",
          "indexOf",
          "regionMatches");

  /** But for client tools, which tell no codes and are called with LC_ALL=C. */
  @ArchTest
  static final ArchRule no_answer_of_postgres_depends_on_the_words_of_an_error =
      methods()
          .that()
          .areDeclaredInClassesThat()
          .resideInAPackage("dev.gatehouse.postgres..")
          .and()
          .areDeclaredInClassesThat()
          .doNotHaveSimpleName("DumpBackup")
          .should(NOT_READ_WORDS);

  @ArchTest
  static final ArchRule effects_are_called_at_all =
      classes()
          .that()
          .haveFullyQualifiedName("dev.gatehouse.core.run.Execution")
          .should()
          .callMethodWhere(AN_EFFECT);
}
