package dev.gatehouse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Types of one package that all need one another: five are a room, sixteen are a knot. */
@AnalyzeClasses(
    packages = "dev.gatehouse",
    importOptions = dev.gatehouse.examples.ArchitectureTest.NoTests.class)
class CirclesTest {
  private static final int MOST = 5;

  /** Families of interfaces, which may name each other. */
  private static final Map<String, Integer> FAMILIES =
      Map.of("dev.gatehouse.core.dialect", 13, "dev.gatehouse.core.model", 8);

  @ArchTest
  static void no_package_holds_a_larger_one(JavaClasses all) {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (JavaClass type : all) {
      Set<String> others = uses.computeIfAbsent(outermost(type), name -> new TreeSet<>());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass other = dependency.getTargetClass();
        if (other.getPackageName().equals(type.getPackageName())) {
          others.add(outermost(other));
        }
      }
    }
    assertThat(uses).hasSizeGreaterThan(500);
    for (Set<String> circle : circles(uses)) {
      String room = circle.iterator().next().replaceFirst("\\.\\w+$", "");
      assertThat(circle).as(room).hasSizeLessThanOrEqualTo(FAMILIES.getOrDefault(room, MOST));
    }
  }

  private static String outermost(JavaClass type) {
    return type.getBaseComponentType().getName().replaceFirst("\\$.*", "");
  }

  /** Types that reach each other are in one circle. */
  private static Set<Set<String>> circles(Map<String, Set<String>> uses) {
    Map<String, Set<String>> reached = new HashMap<>();
    uses.keySet().forEach(type -> reached.put(type, reached(type, uses)));
    Set<Set<String>> circles = new HashSet<>();
    reached.forEach(
        (type, others) -> {
          Set<String> circle = new TreeSet<>(others);
          circle.removeIf(other -> !reached.getOrDefault(other, Set.of()).contains(type));
          circles.add(circle);
        });
    return circles;
  }

  private static Set<String> reached(String from, Map<String, Set<String>> uses) {
    Set<String> seen = new HashSet<>(Set.of(from));
    List<String> open = new ArrayList<>(seen);
    while (!open.isEmpty()) {
      for (String next : uses.getOrDefault(open.remove(open.size() - 1), Set.of())) {
        if (seen.add(next)) {
          open.add(next);
        }
      }
    }
    return seen;
  }
}
