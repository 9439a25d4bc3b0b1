package dev.gatehouse.dsl.drift;

import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.dsl.sql.Statements;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * That the catalogue is what it should be, before it is said what it should be: {@code
 * noDrift().from(Path.of("db/baseline.jsonl"))}.
 *
 * <p>Compared are all objects with their definitions, owners and privileges; on PostgreSQL without
 * the system schemas, the members of extensions, temporary tables and the schema {@code gatehouse}.
 * Each difference is a finding of its own; its fix may be a suggestion of SQL, which is never
 * executed. What only a dump and its restore make of the same thing, such as another spelling of
 * the same definition, is no difference: {@code no differences} names it in the evidence.
 *
 * <p>What one of the two states could not be read of, as an account of MySQL does not see events
 * without EVENT, is compared on neither side; then the answer is inconclusive unless that was left
 * out by name.
 *
 * <p>Immutable. Not a step yet. Reads only; needs no privilege beyond CONNECT on PostgreSQL. On
 * MySQL and MariaDB it needs SELECT and SHOW VIEW on the database, and for what else there is
 * TRIGGER, EVENT, and SELECT on the server's own tables.
 *
 * @since 0.1
 */
public final class NoDrift {
  public static final NoDrift ANYWHERE = new NoDrift(List.of(), LeftOut.NOTHING);

  private final List<String> schemas;
  private final LeftOut leftOut;

  private NoDrift(List<String> schemas, LeftOut leftOut) {
    this.schemas = schemas;
    this.leftOut = leftOut;
  }

  /** Where the expected state comes from. */
  private interface Expected {
    /** What it is, for the plan's digest. */
    String planned(CheckContext reading) throws Exception;

    Baseline state(CheckContext reading) throws Exception;

    /** The state as far as planning, which writes nowhere, can tell it. */
    default Baseline known(CheckContext reading) throws Exception {
      return state(reading);
    }

    /** The objects that it tells anything of. */
    default Predicate<CatalogueObject> holding() {
      return object -> true;
    }
  }

  /**
   * Comparing only what stands in these schemas ({@code *} stands for any run of characters). A
   * pattern that matches none is refused: it would compare nothing. Default: all schemas, and what
   * stands in none.
   */
  public NoDrift onSchemas(String first, String... rest) {
    return new NoDrift(Names.list(first, rest), leftOut);
  }

  /**
   * Leaving out the objects of these names, on both sides, with all that goes with them: columns,
   * constraints, indexes, triggers, policies. What was left out stands in the evidence.
   *
   * @param first a name, or {@code schema.name}; {@code *} stands for any run of characters; one
   *     that names nothing on either side is refused
   * @throws IllegalArgumentException when one is no pattern
   */
  public NoDrift except(String first, String... rest) {
    return new NoDrift(schemas, leftOut.named(Names.list(first, rest)));
  }

  /**
   * Leaving out the partitions of these tables, at every level below, with all that goes with them:
   * for those that are made and dropped by the calendar. The tables themselves are compared.
   *
   * @param first a name, or {@code schema.name}, of partitioned tables; {@code *} stands for any
   *     run of characters; one that names no partitioned table on either side is refused
   * @throws IllegalArgumentException when one is no pattern
   */
  public NoDrift exceptPartitionsOf(String first, String... rest) {
    return new NoDrift(schemas, leftOut.partitionsOf(Names.list(first, rest)));
  }

  /**
   * Passes when the catalogue is as that file has it.
   *
   * @param baseline as {@code recordBaseline(path)} wrote it; read while planning, where a missing
   *     or damaged file is refused, and again when asked
   */
  public NamedCheck from(Path baseline) {
    BaselineFile file = BaselineFile.at(baseline);
    return check(
        file.toString(),
        new Expected() {
          @Override
          public String planned(CheckContext reading) throws Exception {
            return file + "  " + file.read();
          }

          @Override
          public Baseline state(CheckContext reading) throws Exception {
            return file.read();
          }
        });
  }

  /** Passes when the catalogue is as that file has it. */
  public NamedCheck from(String baseline) {
    return from(Path.of(baseline));
  }

  /**
   * Passes when the catalogue is as that of another database of the same product. Refused when it
   * is the same database.
   */
  public NamedCheck from(Target other) {
    return check(
        other.name(),
        new Expected() {
          @Override
          public String planned(CheckContext reading) throws Exception {
            try (Connection connection = other.dialect().openReading(other)) {
              Fingerprint live = other.dialect().identify(connection);
              refuseUnfit(reading, other, live);
              return "the catalogue of " + other + ", " + live.identity();
            }
          }

          @Override
          public Baseline state(CheckContext reading) throws Exception {
            try (Connection connection = other.dialect().openReading(other)) {
              refuseUnfit(reading, other, other.dialect().identify(connection));
              return reader(other).read(connection);
            }
          }
        });
  }

  /**
   * Passes when the catalogue is as these scripts make it of an empty database. They are executed
   * there in one transaction that is always rolled back, so nothing is left of them. Not compared
   * is what no script makes: the settings, owner and privileges of the database itself.
   *
   * @param scratch an empty database of the same product, on a server that has the roles the
   *     scripts name; its account needs the privileges of each statement
   */
  public NamedCheck fromScripts(Target scratch, Statements first, Statements... rest) {
    AppliedScripts applied = new AppliedScripts(scratch, Names.list(first, rest));
    return check(
        "scripts on " + scratch,
        new Expected() {
          @Override
          public String planned(CheckContext reading) throws Exception {
            return applied.planned(reading);
          }

          @Override
          public Baseline state(CheckContext reading) throws Exception {
            return applied.state(reading);
          }

          @Override
          public Baseline known(CheckContext reading) {
            return Baseline.of(List.of());
          }

          @Override
          public Predicate<CatalogueObject> holding() {
            return object -> !object.kind().equals("database");
          }
        });
  }

  static void refuseUnfit(CheckContext reading, Target other, Fingerprint live)
      throws SQLException {
    Fingerprint mine = reading.target().dialect().identify(reading.connection());
    if (!mine.product().equals(live.product()) || mine.sameDatabase(live)) {
      throw new Refusal(
          Finding.of("drift.unfit", "'" + other + "' tells nothing of drift")
              .withExpected("another database, of " + mine.product())
              .withFound(mine.sameDatabase(live) ? "the same database" : live.product())
              .withFix("name the target that is as this one should be: noDrift().from(target)"));
    }
  }

  private NamedCheck check(String source, Expected expected) {
    String where =
        (schemas.isEmpty() ? "" : " on schemas " + String.join(", ", schemas)) + leftOut.words();
    return NamedCheck.of(
        Names.of("no drift from " + source + where),
        reading -> plan(expected, where, reading),
        reading -> judge(source, expected, reading));
  }

  private List<String> plan(Expected expected, String where, CheckContext reading)
      throws Exception {
    CatalogueReader reader = reader(reading.target());
    List<String> lines = new ArrayList<>();
    lines.add("compare the catalogue" + where + " with " + expected.planned(reading));
    try {
      Baseline wanted = expected.known(reading);
      Baseline found = reader.read(reading.connection());
      chosen(wanted, found);
      leftOut.of(wanted, found);
      if (otherVersion(wanted, found)) {
        lines.add(
            "recorded of "
                + wanted.version()
                + ", compared with "
                + found.version()
                + ": what only the versions tell otherwise is no difference");
      }
    } catch (Refusal nothing) {
      if (reading.targetIsFinal()) {
        throw nothing;
      }
      lines.add(
          Outline.UNKNOWN
              + "until an earlier step has run: "
              + nothing.findings().get(0).headline());
    }
    return lines;
  }

  private Outcome judge(String source, Expected expected, CheckContext reading) throws Exception {
    CatalogueReader reader = reader(reading.target());
    Baseline wanted = expected.state(reading);
    Baseline found = reader.read(reading.connection());
    List<String> chosen = chosen(wanted, found);
    LeftOut.Sides left = leftOut.of(wanted, found);
    Unread unread = Unread.of(wanted, found);
    Predicate<CatalogueObject> compared = expected.holding().and(unread::compared);
    Baseline part = of(wanted, chosen).where(compared).where(left.wanted().negate());
    Baseline there = of(found, chosen).where(compared).where(left.found().negate());
    List<Drift> all = part.drift(there);
    List<Drift> lasting = all.stream().filter(drift -> !reader.leftByDump(drift)).toList();
    boolean other = otherVersion(wanted, found);
    List<Drift> drifts =
        other
            ? lasting.stream()
                .filter(one -> !reader.ofVersionOnly(one, wanted.version(), found.version()))
                .toList()
            : lasting;
    Evidence evidence =
        reading
            .evidence()
            .with("objects", part.objects().size())
            .with("expected", part.digest())
            .with("found", there.digest())
            .with("differences", drifts.size());
    evidence = unread.told(evidence);
    if (other) {
      evidence =
          evidence
              .with("versions", "recorded of " + wanted.version() + ", found " + found.version())
              .with("differences of versions only", lasting.size() - drifts.size());
    }
    if (!leftOut.equals(LeftOut.NOTHING)) {
      evidence = evidence.with("left out", leftOut.told(left, wanted, found));
    }
    String named =
        other
            ? source + " (recorded of " + wanted.version() + ", this is " + found.version() + ")"
            : source;
    if (lasting.size() < all.size()) {
      evidence = evidence.with("no differences", Drift.words(all, reader::leftByDump));
    }
    return concluded(
        DriftFindings.of(drifts, named, reader), unread.finding(left.either()), evidence);
  }

  private static Outcome concluded(
      List<Finding> differences, Optional<Finding> unread, Evidence evidence) {
    if (!differences.isEmpty()) {
      return new Outcome.Failed(differences, evidence);
    }
    return unread.map(Outcome::inconclusive).orElseGet(() -> Outcome.passed(evidence));
  }

  /** Whether both say of what version they are, and not of the same. */
  private static boolean otherVersion(Baseline wanted, Baseline found) {
    return !wanted.version().isEmpty()
        && !found.version().isEmpty()
        && !wanted.version().equals(found.version());
  }

  /** The schemas to compare; empty for everything. */
  private List<String> chosen(Baseline wanted, Baseline found) {
    List<String> known = new ArrayList<>(wanted.schemas());
    found.schemas().stream().filter(schema -> !known.contains(schema)).forEach(known::add);
    for (String pattern : schemas) {
      if (known.stream().noneMatch(schema -> NamePattern.of(pattern).matches(schema))) {
        throw nothing("a schema named like '" + pattern + "'", "schemas " + known);
      }
    }
    if (wanted.objects().isEmpty() && found.objects().isEmpty()) {
      throw nothing("at least one object on either side", "none");
    }
    return known.stream()
        .filter(
            schema -> schemas.stream().anyMatch(pattern -> NamePattern.of(pattern).matches(schema)))
        .toList();
  }

  private static Baseline of(Baseline state, List<String> chosen) {
    return chosen.isEmpty() ? state : state.where(object -> chosen.contains(object.schema()));
  }

  private static Refusal nothing(String expected, String found) {
    return new Refusal(
        Finding.of("drift.nothing", "the catalogues would be compared in nothing")
            .withExpected(expected)
            .withFound(found)
            .withFix("correct onSchemas(...), or leave it out to compare everything"));
  }

  static CatalogueReader reader(Target target) {
    return target
        .dialect()
        .catalogue()
        .orElseThrow(
            () ->
                new Refusal(
                    Finding.of("dialect.no-catalogue", "the catalogue cannot be compared here")
                        .withExpected("a dialect that reads its catalogue")
                        .withFound(target.dialect().name() + " reads none")
                        .withFix("take the step out for " + target.name())));
  }

  @Override
  public String toString() {
    return "no drift (not yet a step: say from(baseline), from(target) or fromScripts(...))";
  }
}
