package dev.gatehouse.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rooms inside the modules, and the doors that other modules come in by. */
@AnalyzeClasses(
    packages = "dev.gatehouse",
    importOptions = dev.gatehouse.examples.ArchitectureTest.NoTests.class)
class RoomsTest {

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
    for (Map.Entry<String, List<String>> module : Doors.OF_MODULES.entrySet()) {
      String inside = "dev.gatehouse." + module.getKey();
      Set<JavaClass> reached = Doors.reached(all, inside, module.getValue());
      assertThat(reached).hasSizeGreaterThanOrEqualTo(module.getValue().size());
      classes()
          .that()
          .resideOutsideOfPackage(inside + "..")
          .should(enterOnlyBy(inside, reached))
          .check(all);
    }
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
