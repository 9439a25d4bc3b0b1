package dev.gatehouse.core.testkit;

import dev.gatehouse.core.dialect.AccessReader;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.ForeignKeyEnforcement;
import dev.gatehouse.core.dialect.GrantMethod;
import dev.gatehouse.core.dialect.Identifier;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.NonTransactionalStatements;
import dev.gatehouse.core.dialect.Rehearsals;
import dev.gatehouse.core.dialect.RoleProbes;
import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.dialect.TimeLimits;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A dialect without a database, for tests of the engine alone: a world of committed effects that
 * survives {@link #crash()}, while sessions, leases and open transactions do not. Answers nothing
 * about SQL: its connections refuse every statement.
 */
public final class FakeDialect implements Dialect, Concurrency {

  /** Everything that ever took effect, in order; a duplicate is a violated guarantee. */
  public final List<String> effects = new ArrayList<>();

  /**
   * Called with the name of each step of the protocol; a test throws from it to fail or to crash.
   */
  public volatile Consumer<String> at = point -> {};

  /** Signs of life of all leases so far. */
  public final AtomicInteger beats = new AtomicInteger();

  /** What the target claims to be. */
  public volatile String server = "world-1";

  /** The product version it claims. */
  public volatile String version = "1";

  /** The catalogue of privileges, if it has one. */
  public volatile @Nullable AccessReader privileges;

  private final Map<String, Marker> markers = new HashMap<>();
  private final List<String> pending = new ArrayList<>();
  private final List<Marker> pendingMarkers = new ArrayList<>();
  private long epoch;
  private Optional<String> holder = Optional.empty();
  private int generation;

  public Target target() {
    return Target.of("world", new NoDataSource(), this);
  }

  /** An effect within the open transaction. */
  public void doInTransaction(String effect) {
    pending.add(effect);
  }

  /** An effect that is at once there for good. */
  public void doNow(String effect) {
    effects.add(effect);
  }

  /** Loses the open transaction without telling anybody. */
  public void fenceNow() {
    pending.clear();
    pendingMarkers.clear();
  }

  /** What a dead process leaves: nothing that was not committed, and no lease. */
  public void crash() {
    pending.clear();
    pendingMarkers.clear();
    holder = Optional.empty();
    generation++;
  }

  @Override
  public String name() {
    return "Fake";
  }

  @Override
  public Fingerprint identify(Connection connection) {
    return new Fingerprint("Fake", version, server, "main");
  }

  @Override
  public String quote(Identifier identifier) {
    return '"' + identifier.name().replace("\"", "\"\"") + '"';
  }

  @Override
  public Identifier.Limit longestIdentifier() {
    return Identifier.Limit.bytes(63);
  }

  @Override
  public Connection openReading(Target target) throws SQLException {
    at.accept("openReading");
    return connection();
  }

  @Override
  public Connection openWriting(Target target) throws SQLException {
    at.accept("openWriting");
    return connection();
  }

  @Override
  public Runnable canceller(Connection connection) {
    return () -> at.accept("cancel");
  }

  @Override
  public Optional<Instant> serverTime(Connection connection) {
    return Optional.empty();
  }

  @Override
  public Concurrency concurrency() {
    return this;
  }

  @Override
  public Optional<ScriptReader> scripts() {
    return Optional.empty();
  }

  @Override
  public Optional<TimeLimits> limits(Connection connection) {
    return Optional.empty();
  }

  @Override
  public Optional<ForeignKeyEnforcement> foreignKeys() {
    return Optional.empty();
  }

  @Override
  public Optional<Rehearsals> rehearsals() {
    return Optional.empty();
  }

  @Override
  public Optional<NonTransactionalStatements> nonTransactionalStatements() {
    return Optional.empty();
  }

  @Override
  public Optional<BackupMethod> backups() {
    return Optional.empty();
  }

  @Override
  public Optional<AccessReader> privileges() {
    return Optional.ofNullable(privileges);
  }

  @Override
  public Optional<GrantMethod> grants() {
    return Optional.empty();
  }

  @Override
  public Optional<RoleProbes> roleProbes() {
    return Optional.empty();
  }

  @Override
  public Optional<CatalogueReader> catalogue() {
    return Optional.empty();
  }

  @Override
  public Lease lease(Target target, String asking) {
    if (holder.isPresent()) {
      throw new Refusal(
          Finding.of("lease.held", "another run holds 'world'")
              .withFound(holder.get() + ", epoch " + epoch)
              .withFix("wait for it, or abort it"));
    }
    holder = Optional.of(asking);
    epoch++;
    return new FakeLease(epoch, generation, Optional.empty());
  }

  /** Whoever holds it is silent at once. */
  @Override
  public Lease lease(Target target, String asking, Duration silence) {
    Optional<String> replaced = holder;
    stealLease();
    holder = Optional.of(asking);
    epoch++;
    return new FakeLease(epoch, generation, replaced);
  }

  @Override
  public Past past(Connection reading) {
    return new Past(epoch, holder.isPresent(), markers.size());
  }

  /** Takes the lease away, as an administrator or a lost server would. */
  public void stealLease() {
    generation++;
    holder = Optional.empty();
  }

  @Override
  public String session(Connection connection) {
    return "session-" + epoch;
  }

  @Override
  public void begin(Connection connection) throws SQLException {
    at.accept("begin");
  }

  @Override
  public void commit(Connection connection) throws SQLException {
    at.accept("commit.before");
    effects.addAll(pending);
    pendingMarkers.forEach(marker -> markers.put(marker.key(), marker));
    pending.clear();
    pendingMarkers.clear();
    at.accept("commit.after");
  }

  @Override
  public void rollback(Connection connection) throws SQLException {
    at.accept("rollback");
    pending.clear();
    pendingMarkers.clear();
  }

  @Override
  public void latch(Connection connection) throws SQLException {
    at.accept("latch");
  }

  @Override
  public void mark(Connection connection, Marker marker) throws SQLException {
    at.accept("mark");
    pendingMarkers.add(marker);
  }

  @Override
  public Optional<Marker> marker(Connection connection, String key) throws SQLException {
    at.accept("marker");
    return Optional.ofNullable(markers.get(key));
  }

  @Override
  public List<Marker> markersOf(Connection reading, String plan) {
    return markers.values().stream().filter(marker -> marker.plan().equals(plan)).toList();
  }

  @Override
  public void fence(Target target, String session) throws SQLException {
    at.accept("fence");
    fenceNow();
  }

  @Override
  public boolean inDoubt(SQLException error) {
    return !"42000".equals(error.getSQLState());
  }

  /** A session of which only the end is known. */
  private static Connection connection() {
    return (Connection)
        Proxy.newProxyInstance(
            FakeDialect.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                return null;
              }
              throw new SQLException("the fake dialect executes no SQL: " + method.getName());
            });
  }

  private final class FakeLease implements Lease {
    private final long granted;
    private final int born;
    private final Optional<String> replaced;

    FakeLease(long granted, int born, Optional<String> replaced) {
      this.granted = granted;
      this.born = born;
      this.replaced = replaced;
    }

    @Override
    public Optional<String> replaced() {
      return replaced;
    }

    @Override
    public boolean beat() {
      beats.incrementAndGet();
      return born == generation && granted == epoch;
    }

    @Override
    public long epoch() {
      return granted;
    }

    @Override
    public void verify() {
      if (born != generation || granted != epoch) {
        throw new Refusal(
            Finding.of("lease.lost", "the lease of 'world' is lost")
                .withExpected("epoch " + granted)
                .withFound("epoch " + epoch)
                .withFix("resume the run: it takes the lease again and looks first"));
      }
    }

    @Override
    public void close() {
      if (born == generation && granted == epoch) {
        holder = Optional.empty();
      }
    }
  }
}
