package dev.gatehouse.dsl.junit;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.dsl.access.AccessMatrix;
import dev.gatehouse.dsl.access.AccessMatrix.Cell;
import dev.gatehouse.dsl.access.KnownFindings;
import dev.gatehouse.dsl.access.KnownList;
import dev.gatehouse.dsl.access.KnownList.Sifted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.TestAbortedException;

/** The cells of a matrix as tests. */
final class CellTests {
  private CellTests() {}

  static Stream<DynamicNode> of(
      AccessMatrix matrix, EffectiveAccess access, Optional<KnownFindings> file) {
    Optional<KnownList> known = file.map(KnownFindings::read);
    ToldCauses told = new ToldCauses();
    List<DynamicNode> nodes = new ArrayList<>();
    for (Finding vacuous : matrix.vacuous(access)) {
      nodes.add(DatabaseTests.failing(vacuous.headline(), List.of(vacuous), told));
    }
    List<Cell> cells = matrix.cells(access);
    Map<String, List<DynamicTest>> roles = new LinkedHashMap<>();
    for (Cell cell : cells) {
      roles
          .computeIfAbsent(cell.role(), role -> new ArrayList<>())
          .add(test(cell, known.map(list -> list.sift(matrix.name(), cell.findings())), told));
    }
    roles.forEach((role, tests) -> nodes.add(DynamicContainer.dynamicContainer(role, tests)));
    known.ifPresent(
        list -> gone(matrix, cells, list, file.orElseThrow(), told).ifPresent(nodes::add));
    if (nodes.isEmpty()) {
      throw new IllegalStateException("no cell, and no reason why: " + matrix);
    }
    return nodes.stream();
  }

  private static DynamicTest test(Cell cell, Optional<Sifted> sifted, ToldCauses told) {
    int known = sifted.map(one -> one.known().size()).orElse(0);
    String expected = cell.expected().isEmpty() ? "nothing" : String.join(", ", cell.expected());
    String which = cell.role() + " on " + cell.object();
    String name = which + ": " + expected + (known == 0 ? "" : " (" + known + " known)");
    List<Finding> wrong = sifted.map(Sifted::fresh).orElse(cell.findings());
    return wrong.isEmpty()
        ? DynamicTest.dynamicTest(name, () -> {})
        : DatabaseTests.failing(name, wrong, told);
  }

  private static Optional<DynamicNode> gone(
      AccessMatrix matrix, List<Cell> cells, KnownList list, KnownFindings file, ToldCauses told) {
    List<Finding> all = cells.stream().flatMap(cell -> cell.findings().stream()).toList();
    Sifted sifted = list.sift(matrix.name(), all);
    if (sifted.gone().isEmpty()) {
      return Optional.empty();
    }
    String name = "known findings that are gone: " + sifted.gone().size();
    Optional<Finding> failing = file.gone(matrix.name(), sifted);
    if (failing.isPresent()) {
      return Optional.of(DatabaseTests.failing(name, List.of(failing.get()), told));
    }
    String text = "delete these lines of " + file + ":\n" + String.join("\n", sifted.gone());
    return Optional.of(
        DynamicTest.dynamicTest(
            name,
            () -> {
              throw new TestAbortedException(text);
            }));
  }
}
