package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * One database server of one version for tests. The server is started when the first test needs it,
 * once per JVM, and ends with the JVM. Grants are on, TLS is on, only loopback is listened to.
 *
 * <p>A server or tool nobody can serve fails the test with the fix in its message; {@code
 * -Dengines.optional=true} leaves the test out instead, and the matrix at the end says so.
 *
 * <p>Thread-safe.
 */
public final class EngineUnderTest {
  private static final Map<String, EngineUnderTest> ALL = new ConcurrentHashMap<>();

  /** Tools a vendor allows against an older server. */
  private static final Set<String> MAY_BE_NEWER =
      Set.of(
          "pg_dump",
          "pg_dumpall",
          "psql",
          "pg_isready",
          "pgbench",
          "mysql",
          "mysqldump",
          "mysqlbinlog",
          "mariadb",
          "mariadb-dump",
          "mariadb-binlog");

  private static final Map<Product, List<String>> NEWER =
      Map.of(
          Product.POSTGRES, List.of("15", "17", "18"),
          Product.MYSQL, List.of("9.7"),
          Product.MARIADB, List.of("11.8"));

  static {
    if (!everyVersion()) {
      // A client of 1.3 makes two keys on curves before it has said a word, whatever it agrees on.
      System.setProperty("jdk.tls.client.protocols", "TLSv1.2");
    }
  }

  private final Product product;
  private final String version;
  private final Map<String, Tool> tools = new HashMap<>();
  private @Nullable Server server;
  private @Nullable String exactVersion;
  private @Nullable Refusal missing;
  private @Nullable Refusal misnamed;

  private EngineUnderTest(Product product, String version) {
    this.product = product;
    this.version = version;
  }

  /** PostgreSQL in the versions of this build: {@code -Dengines.postgres=15,17}. */
  public static List<EngineUnderTest> postgres() {
    return all(Product.POSTGRES);
  }

  /** MySQL in the versions of this build: {@code -Dengines.mysql=8.0.15}. */
  public static List<EngineUnderTest> mysql() {
    return all(Product.MYSQL);
  }

  /** MariaDB in the versions of this build: {@code -Dengines.mariadb=11.4}. */
  public static List<EngineUnderTest> mariadb() {
    return all(Product.MARIADB);
  }

  private static List<EngineUnderTest> all(Product product) {
    return product.versions().stream().map(version -> of(product, version)).toList();
  }

  /**
   * The share of a test class whose answer a version hardly changes: one PostgreSQL of this build,
   * and all of them with {@code -Pengines} or {@code -Pnightly}. {@link #postgres()} is for what
   * versions do differently: the contract, oracles, dumps, the catalogue, access.
   */
  public static List<EngineUnderTest> postgres(Class<?> test) {
    return share(postgres(), test);
  }

  /** The share of a test class: one MySQL of this build, or all of them as above. */
  public static List<EngineUnderTest> mysql(Class<?> test) {
    return share(mysql(), test);
  }

  /** The share of a test class: one MariaDB of this build, or all of them as above. */
  public static List<EngineUnderTest> mariadb(Class<?> test) {
    return share(mariadb(), test);
  }

  /** The one PostgreSQL of a test class that never asks for more than one. */
  public static EngineUnderTest onePostgres(Class<?> test) {
    return one(postgres(), test);
  }

  private static List<EngineUnderTest> share(List<EngineUnderTest> all, Class<?> test) {
    return everyVersion() ? all : List.of(one(all, test));
  }

  /** Whether each class takes all servers of the build, which then are as everybody has them. */
  static boolean everyVersion() {
    return Boolean.getBoolean("engines.every");
  }

  /** By its name, so that a class that fails fails again on the same one. */
  static EngineUnderTest one(List<EngineUnderTest> all, Class<?> test) {
    return all.get(Math.floorMod(test.getSimpleName().hashCode(), all.size()));
  }

  /** One version, whether this build runs it or not. */
  public static EngineUnderTest of(Product product, String version) {
    return ALL.computeIfAbsent(
        product + " " + version, key -> new EngineUnderTest(product, version));
  }

  /** A database or schema nobody has used, and accounts beside it; close it after the test. */
  public TestDatabase database() {
    return TestDatabase.create(product, server());
  }

  /**
   * A client program that fits: of the server's own series, or a newer one where the vendor allows
   * that.
   *
   * @param name such as {@code pg_dump} or {@code mariadb-binlog}
   */
  public synchronized Tool tool(String name) {
    Tool known = tools.get(name);
    if (known == null) {
      known = find(name);
      tools.put(name, known);
    }
    VersionMatrix.tool(this, name, known);
    return known;
  }

  private Tool find(String name) {
    List<String> declined = new ArrayList<>();
    List<String> series = new ArrayList<>(List.of(version));
    if (MAY_BE_NEWER.contains(name)) {
      NEWER.getOrDefault(product, List.of()).stream()
          .filter(newer -> number(newer) > number(product.series(version)))
          .forEach(series::add);
    }
    for (String wanted : series) {
      for (EngineProvider provider : EngineProvider.CHAIN) {
        Optional<Tool> found = ask(provider, wanted, declined, name);
        if (found.isPresent()) {
          Tool tool = found.get();
          boolean same = wanted.equals(version);
          return new Tool(tool.path(), tool.version(), same, tool.servedBy());
        }
      }
    }
    throw leftOut(
        new Refusal(
            Finding.of(
                    "engines.tool-missing",
                    "%s for %s %s is nowhere to be had"
                        .formatted(name, product.title(), product.series(version)))
                .withExpected(name + " " + product.series(version))
                .withFound(String.join("\n", declined))
                .withFix(
                    "put %s %s on PATH, or leave its tests out with -Dengines.optional=true"
                        .formatted(name, product.series(version)))));
  }

  private Optional<Tool> ask(
      EngineProvider provider, String wanted, List<String> declined, String tool) {
    try {
      return provider.tool(product, wanted, tool, declined);
    } catch (IllegalStateException | UncheckedIOException e) {
      declined.add(provider.name() + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** What it is. */
  public Product product() {
    return product;
  }

  /** The version that was asked for, such as 15 or 8.0.15. */
  public String asked() {
    return version;
  }

  /** The version as the server tells it. Starts it. */
  public synchronized String version() {
    server();
    return String.valueOf(exactVersion);
  }

  /** Who serves it, for people. Starts it. */
  public String servedBy() {
    return server().servedBy();
  }

  /** The process of the server, when this JVM started it. Starts it. */
  public OptionalLong pid() {
    return server().pid();
  }

  synchronized Server server() {
    if (misnamed != null) {
      throw misnamed;
    }
    if (missing != null) {
      throw leftOut(missing);
    }
    Server running = server;
    if (running == null) {
      running = find();
      server = running;
    }
    VersionMatrix.used(this, String.valueOf(exactVersion), running.servedBy());
    return running;
  }

  private Server find() {
    List<String> declined = new ArrayList<>();
    for (EngineProvider provider : EngineProvider.CHAIN) {
      try {
        Optional<Server> found = provider.server(product, version, declined);
        if (found.isPresent()) {
          exactVersion = exactVersion(found.get());
          return found.get();
        }
      } catch (IllegalStateException | UncheckedIOException e) {
        declined.add(provider.name() + ": " + e.getMessage());
      } catch (Refusal refused) {
        // what somebody named is neither replaced nor left out; and it is asked once
        misnamed = refused;
        throw refused;
      }
    }
    Refusal refusal =
        new Refusal(
            Finding.of("engines.missing", product.title() + " " + version + " is nowhere to be had")
                .withExpected("a server of that version for the tests")
                .withFound(String.join("\n", declined))
                .withFix(
                    "-Ddb.%1$s.url=jdbc:... names one, -Dengines.%1$s=<versions> asks for others, -Dengines.optional=true leaves its tests out"
                        .formatted(product.key())));
    missing = refusal;
    throw leftOut(refusal);
  }

  private String exactVersion(Server found) {
    ServerSql sql = ServerSql.of(product);
    try (Connection connection = sql.connect(found, found.home(), found.admin())) {
      return sql.version(connection);
    } catch (SQLException e) {
      throw new IllegalStateException("no version: " + e.getMessage(), e);
    }
  }

  private RuntimeException leftOut(Refusal refusal) {
    VersionMatrix.missing(this, refusal.findings().get(0));
    return Boolean.getBoolean("engines.optional")
        ? new TestAbortedException(refusal.getMessage(), refusal)
        : refusal;
  }

  /** One more server of the same programs, for one test alone. */
  public OwnServer another() {
    return another(data -> {});
  }

  /**
   * One more server of the same programs, for one test alone, with settings of its own.
   *
   * @param finish given the data directory before the start
   * @param settings as {@code name=value}
   */
  public OwnServer another(Consumer<Path> finish, String... settings) {
    Server shared = server();
    Installation same =
        shared
            .started()
            .map(own -> own.launcher().installation)
            .orElseThrow(
                () ->
                    new TestAbortedException(
                        "no %s of a test's own: this build did not start the one it has, %s"
                            .formatted(this, shared.servedBy())));
    return new OwnServer(Launcher.start(same, List.of(settings), finish));
  }

  /** An account that may do everything. */
  public Account admin() {
    return server().admin();
  }

  /** Where it listens, on 127.0.0.1. */
  public int port() {
    return server().port();
  }

  /** As if nobody had asked for it: for tests that ask for what nobody has, or name by a URL. */
  public synchronized void forget() {
    if (server != null && server.started().isEmpty()) {
      server = null;
    }
    missing = null;
    misnamed = null;
    VersionMatrix.OF_THIS_JVM.forget(this);
  }

  private static double number(String series) {
    return Double.parseDouble(series);
  }

  @Override
  public String toString() {
    return product.title() + " " + version;
  }
}
