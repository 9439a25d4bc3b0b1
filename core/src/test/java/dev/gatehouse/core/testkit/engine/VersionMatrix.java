package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which engine of which version ran which contract, who served it, and what was left out. Fed by
 * engines and by {@link MatrixListener}; thread-safe.
 */
final class VersionMatrix {
  static final VersionMatrix OF_THIS_JVM = new VersionMatrix();
  private static final String SPACE = "  ";

  /** One line: an engine under one contract. */
  private static final class Row {
    final Map<String, Object> facts = new LinkedHashMap<>();
    long passed;
    long failed;
    long leftOut;
  }

  /** How a test ended. */
  enum Ending {
    PASSED,
    FAILED,
    LEFT_OUT
  }

  private final Map<String, Row> rows = new TreeMap<>();
  private final Map<String, Map<String, Object>> tools = new TreeMap<>();
  private final Map<String, String> missing = new TreeMap<>();
  private final Map<String, Map<String, EngineUnderTest>> engines = new LinkedHashMap<>();
  private final Map<String, String[]> served = new LinkedHashMap<>();
  private final ThreadLocal<String> running = ThreadLocal.withInitial(() -> "");

  static void used(EngineUnderTest engine, String version, String servedBy) {
    OF_THIS_JVM.use(engine, version, servedBy);
  }

  static void tool(EngineUnderTest engine, String name, Tool tool) {
    OF_THIS_JVM.addTool(engine, name, tool);
  }

  static void missing(EngineUnderTest engine, Finding finding) {
    OF_THIS_JVM.addMissing(engine, finding);
  }

  /** As if nobody had asked for that engine: for tests of the kit itself. */
  synchronized void forget(EngineUnderTest engine) {
    engines.values().forEach(used -> used.remove(engine.toString()));
    missing.keySet().removeIf(what -> what.contains(engine.toString()));
  }

  /** From now on this thread runs the test or class of that id. */
  void entering(String id) {
    running.set(id);
  }

  private synchronized void use(EngineUnderTest engine, String version, String servedBy) {
    served.put(engine.toString(), new String[] {version, servedBy});
    engines
        .computeIfAbsent(running.get(), id -> new LinkedHashMap<>())
        .put(engine.toString(), engine);
  }

  private synchronized void addTool(EngineUnderTest engine, String name, Tool tool) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("engine", engine.toString());
    facts.put("tool", name);
    facts.put("version", tool.version());
    facts.put("servedBy", tool.servedBy());
    tools.put(engine + " " + name, facts);
  }

  private synchronized void addMissing(EngineUnderTest engine, Finding finding) {
    missing.put(engine + ": " + finding.headline(), finding.found());
    engines
        .computeIfAbsent(running.get(), id -> new LinkedHashMap<>())
        .put(engine.toString(), engine);
  }

  /** A test ended: counts for every engine that it, or a class around it, used. */
  synchronized void ended(String id, String contract, Ending ending) {
    Set<String> names = new LinkedHashSet<>();
    engines.forEach(
        (user, used) -> {
          if (id.equals(user) || (!user.isEmpty() && id.startsWith(user + "/"))) {
            names.addAll(used.keySet());
          }
        });
    for (String name : names) {
      String[] who = served.getOrDefault(name, new String[] {"-", "nobody"});
      Row row = rows.computeIfAbsent(name + " " + contract, key -> new Row());
      row.facts.put("engine", name);
      row.facts.put("version", who[0]);
      row.facts.put("contract", contract);
      row.facts.put("servedBy", who[1]);
      row.passed += ending == Ending.PASSED ? 1 : 0;
      row.failed += ending == Ending.FAILED ? 1 : 0;
      row.leftOut += ending == Ending.LEFT_OUT ? 1 : 0;
    }
  }

  synchronized boolean isEmpty() {
    return rows.isEmpty() && missing.isEmpty();
  }

  /** For machines. */
  synchronized Map<String, Object> json() {
    List<Object> contracts = new ArrayList<>();
    rows.values()
        .forEach(
            row -> {
              Map<String, Object> facts = new LinkedHashMap<>(row.facts);
              facts.put("passed", row.passed);
              facts.put("failed", row.failed);
              facts.put("leftOut", row.leftOut);
              contracts.add(facts);
            });
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("schema", 1L);
    all.put("contracts", contracts);
    all.put("tools", List.copyOf(tools.values()));
    all.put("missing", List.copyOf(missing.keySet()));
    return all;
  }

  /** For people. */
  synchronized String text() {
    List<List<String>> table = new ArrayList<>();
    table.add(
        List.of("engine", "version", "contract", "passed", "failed", "left out", "served by"));
    rows.values()
        .forEach(
            row ->
                table.add(
                    List.of(
                        fact(row.facts, "engine"),
                        fact(row.facts, "version"),
                        fact(row.facts, "contract"),
                        String.valueOf(row.passed),
                        String.valueOf(row.failed),
                        String.valueOf(row.leftOut),
                        fact(row.facts, "servedBy"))));
    StringBuilder text = new StringBuilder("VERSION MATRIX\n").append(aligned(table));
    if (!tools.isEmpty()) {
      List<List<String>> list = new ArrayList<>();
      list.add(List.of("engine", "tool", "version", "served by"));
      tools
          .values()
          .forEach(
              tool ->
                  list.add(
                      List.of(
                          fact(tool, "engine"),
                          fact(tool, "tool"),
                          fact(tool, "version"),
                          fact(tool, "servedBy"))));
      text.append("TOOLS\n").append(aligned(list));
    }
    missing.forEach(
        (what, why) ->
            text.append("MISSING  ").append(what).append('\n').append(why.indent(SPACE.length())));
    return text.toString();
  }

  private static String fact(Map<String, Object> facts, String name) {
    return String.valueOf(facts.get(name));
  }

  private static String aligned(List<List<String>> table) {
    StringBuilder text = new StringBuilder();
    for (List<String> line : table) {
      StringBuilder cells = new StringBuilder(SPACE);
      for (int i = 0; i < line.size(); i++) {
        int column = i;
        int width = table.stream().mapToInt(each -> each.get(column).length()).max().orElse(1);
        cells.append(("%-" + width + "s").formatted(line.get(i))).append(SPACE);
      }
      text.append(cells.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
