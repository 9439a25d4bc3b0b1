package dev.gatehouse.mysql;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.util.ArrayList;
import java.util.List;

/** A server, and the driver by which it is reached: {@code mysql} or {@code mariadb}. */
public record Served(EngineUnderTest engine, String driver) {

  /** Each server of the build by MySQL's own driver. */
  public static List<Served> all() {
    return by("mysql");
  }

  /**
   * The share of a test class whose answer a product hardly changes: one server of this build, or
   * all of them with {@code -Pengines} or {@code -Pnightly}.
   */
  public static List<Served> share(Class<?> test) {
    return share(test.getSimpleName());
  }

  /** Whether it is of the share of what has that name, such as one of many statements. */
  public boolean takes(String name) {
    return share(name).contains(this);
  }

  /** The share of a test of that name. */
  public static List<Served> share(String test) {
    List<Served> all = all();
    return Boolean.getBoolean("engines.every")
        ? all
        : List.of(all.get(Math.floorMod(test.hashCode(), all.size())));
  }

  /** Each server of the build by that driver. */
  public static List<Served> by(String driver) {
    List<EngineUnderTest> engines = new ArrayList<>(EngineUnderTest.mysql());
    engines.addAll(EngineUnderTest.mariadb());
    return engines.stream().map(engine -> new Served(engine, driver)).toList();
  }

  @Override
  public String toString() {
    return engine + " by " + driver;
  }
}
