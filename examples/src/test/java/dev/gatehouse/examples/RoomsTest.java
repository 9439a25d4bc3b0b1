package dev.gatehouse.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The rooms inside the modules, and the doors that other modules come in by. */
@AnalyzeClasses(
    packages = "dev.gatehouse",
    importOptions = dev.gatehouse.examples.ArchitectureTest.NoTests.class)
class RoomsTest {

  /** What users name; what its public signatures lead to is for them, too. */
  private static final Map<String, List<String>> DOORS =
      Map.of(
          "dsl",
          List.of(
              "dsl.Gatehouse",
              "dsl.GatehouseAccess",
              "dsl.GatehouseCredentials",
              "dsl.GatehouseOperations",
              "dsl.GatehouseTelling",
              "dsl.Session",
              "dsl.Shell",
              "dsl.access.Privilege",
              "dsl.assertj.GatehouseAssertions",
              "dsl.junit.DatabaseTests"),
          "postgres",
          List.of("postgres.Postgres", "postgres.backup.PgTools"),
          "sqlite",
          List.of("sqlite.Sqlite"));

  @ArchTest
  static final ArchRule no_rooms_of_any_module_go_in_a_circle =
      slices().matching("dev.gatehouse.(*).(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule no_room_knows_the_dialect_that_is_made_of_it =
      noClasses()
          .that()
          .resideInAPackage("dev.gatehouse.postgres.*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.gatehouse.postgres");

  @ArchTest
  static void public_types_behind_the_doors_are_used_in_their_module_only(JavaClasses all) {
    for (Map.Entry<String, List<String>> module : DOORS.entrySet()) {
      String inside = "dev.gatehouse." + module.getKey();
      Set<JavaClass> reached = reached(all, inside, module.getValue());
      assertThat(reached).hasSizeGreaterThanOrEqualTo(module.getValue().size());
      classes()
          .that()
          .resideOutsideOfPackage(inside + "..")
          .should(enterOnlyBy(inside, reached))
          .check(all);
    }
  }

  private static Set<JavaClass> reached(JavaClasses all, String inside, List<String> doors) {
    Deque<JavaClass> open = new ArrayDeque<>();
    doors.forEach(door -> open.add(all.get("dev.gatehouse." + door)));
    Set<JavaClass> reached = new HashSet<>();
    while (!open.isEmpty()) {
      JavaClass next = open.remove();
      if (next.getPackageName().startsWith(inside) && reached.add(next)) {
        open.addAll(named(next));
      }
    }
    return reached;
  }

  /** Whatever the public members of a type name. */
  private static List<JavaClass> named(JavaClass type) {
    Stream<JavaType> signatures =
        type.getMethods().stream()
            .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
            .flatMap(
                method ->
                    Stream.concat(
                        Stream.of(method.getReturnType()), method.getParameterTypes().stream()));
    Stream<JavaType> parents =
        Stream.concat(type.getInterfaces().stream(), type.getSuperclass().stream());
    return Stream.concat(signatures, parents)
        .flatMap(one -> one.getAllInvolvedRawTypes().stream())
        .toList();
  }

  private static ArchCondition<JavaClass> enterOnlyBy(String inside, Set<JavaClass> reached) {
    return new ArchCondition<>("enter " + inside + " only by its doors") {
      @Override
      public void check(JavaClass from, ConditionEvents events) {
        for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
          JavaClass to = dependency.getTargetClass();
          if (to.getPackageName().startsWith(inside) && !reached.contains(to)) {
            events.add(SimpleConditionEvent.violated(from, dependency.getDescription()));
          }
        }
      }
    };
  }
}
