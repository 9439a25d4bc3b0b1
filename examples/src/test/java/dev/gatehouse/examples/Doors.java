package dev.gatehouse.examples;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The types by which users come in, and what can be reached from them. */
final class Doors {

  /** What users name; what its public signatures lead to is for them, too. */
  static final Map<String, List<String>> OF_MODULES =
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
          "mysql",
          List.of("mysql.MySql"),
          "sqlite",
          List.of("sqlite.Sqlite"));

  /** What users name of the core: where plans, runs and reports begin. */
  static final List<String> OF_CORE =
      List.of(
          "core.journal.JournalVerifier",
          "core.model.Guard",
          "core.report.CheckText",
          "core.report.LiveConsole",
          "core.report.Reports",
          "core.report.RunText",
          "core.report.VaultText",
          "core.run.Inspection",
          "core.run.Plan",
          "core.run.Runner");

  private Doors() {}

  /** Their types, and all inside that the public signatures of these lead to. */
  static Set<JavaClass> reached(JavaClasses all, String inside, List<String> doors) {
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
}
