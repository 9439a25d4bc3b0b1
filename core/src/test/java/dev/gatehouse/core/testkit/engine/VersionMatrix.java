package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.outcome.Finding;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which engine of which version ran which contract, who served it, and what was left out. Fed by
 * engines and by {@link MatrixListener}; thread-safe.
 */
public final class VersionMatrix {
  static final VersionMatrix OF_THIS_JVM = new VersionMatrix();

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
  private final Map<String, Map<String, Object>> missing = new TreeMap<>();
  private final Map<String, Set<String>> engines = new LinkedHashMap<>();
  private final Map<String, String[]> served = new LinkedHashMap<>();

  /** A test with a timeout may run in a thread that is made for it. */
  private final ThreadLocal<String> running =
      new InheritableThreadLocal<>() {
        @Override
        protected String initialValue() {
          return "";
        }
      };

  static void used(EngineUnderTest engine, String version, String servedBy) {
    OF_THIS_JVM.use(engine.toString(), version, servedBy);
  }

  /** A database without a server, used by the test that runs now. */
  public static void inProcess(String product, String version, String servedBy) {
    OF_THIS_JVM.use(product, version, servedBy);
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
    missing.keySet().removeIf(what -> what.startsWith(engine + ":"));
  }

  /** From now on this thread runs the test or class of that id. */
  void entering(String id) {
    running.set(id);
  }

  synchronized void use(String engine, String version, String servedBy) {
    served.put(engine, new String[] {version, servedBy});
    engines.computeIfAbsent(running.get(), id -> new LinkedHashSet<>()).add(engine);
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
    String what = engine + ": " + finding.headline();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("what", what);
    facts.put("why", finding.found());
    facts.put("leftOut", Boolean.getBoolean("engines.optional"));
    missing.put(what, facts);
    engines.computeIfAbsent(running.get(), id -> new LinkedHashSet<>()).add(engine.toString());
  }

  /** A test ended: counts for every engine that it, or a class around it, used. */
  synchronized void ended(String id, String contract, Ending ending) {
    Set<String> names = new LinkedHashSet<>();
    engines.forEach(
        (user, used) -> {
          if (id.equals(user) || (!user.isEmpty() && id.startsWith(user + "/"))) {
            names.addAll(used);
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

  /** As it stands now. */
  synchronized MatrixReport report(String build) {
    MatrixReport report = MatrixReport.empty(build);
    rows.values()
        .forEach(
            row -> {
              Map<String, Object> facts = new LinkedHashMap<>(row.facts);
              facts.put("passed", row.passed);
              facts.put("failed", row.failed);
              facts.put("leftOut", row.leftOut);
              report.contracts().add(facts);
            });
    report.tools().addAll(tools.values());
    report.missing().addAll(missing.values());
    return report;
  }
}
