package dev.gatehouse.dsl;

import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.TransactionPart;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.run.Inspection;
import dev.gatehouse.dsl.backup.ArtifactSource;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.dsl.backup.Catalogue;
import dev.gatehouse.dsl.backup.Changes;
import dev.gatehouse.dsl.backup.Destination;
import dev.gatehouse.dsl.backup.NewestBackup;
import dev.gatehouse.dsl.backup.NoOlderThan;
import dev.gatehouse.dsl.backup.Rehearsed;
import dev.gatehouse.dsl.backup.Restore;
import dev.gatehouse.dsl.backup.RestoreDrill;
import dev.gatehouse.dsl.backup.StopPoint;
import dev.gatehouse.dsl.drift.NoDrift;
import dev.gatehouse.dsl.drift.RecordBaseline;
import dev.gatehouse.dsl.sql.InOneTransaction;
import dev.gatehouse.dsl.sql.OutsideTransaction;
import dev.gatehouse.dsl.sql.Query;
import dev.gatehouse.dsl.sql.RowCount;
import dev.gatehouse.dsl.sql.Rows;
import dev.gatehouse.dsl.sql.StatementByStatement;
import dev.gatehouse.dsl.sql.Statements;
import dev.gatehouse.dsl.sql.TableName;
import dev.gatehouse.dsl.sql.Tables;
import dev.gatehouse.dsl.sql.Value;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The verbs of a runbook: structure, SQL, backups, drift, and checks without a run. Made for {@code
 * import static dev.gatehouse.dsl.Gatehouse.*}; verbs for privileges are in {@link
 * GatehouseAccess}, those for passwords in {@link GatehouseCredentials}, those for people, time and
 * programs in {@link GatehouseOperations}.
 *
 * <p>Each verb makes an immutable value and touches nothing: planning reads, only a run writes.
 * What a verb still lacks to be a step, the compiler asks for. Arguments that no target could make
 * right (a blank name, a negative number) throw {@link IllegalArgumentException} at once; what only
 * the target can tell is refused while planning.
 *
 * @since 0.1
 */
public final class Gatehouse {
  private Gatehouse() {}

  /**
   * Gates in order.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when two gates or two steps have the same name
   */
  public static Runbook runbook(String name, Gate first, Gate... rest) {
    return new Runbook(name, Names.list(first, rest), List.of());
  }

  /** A barrier that opens when all its steps have passed, in order. */
  public static Gate gate(String name, Step first, Step... rest) {
    return new Gate(name, Names.list(first, rest));
  }

  /**
   * The rows of a query; say how many there must be: {@code rows("select ...", 7).are(3)}. One
   * query only, and none that writes.
   *
   * @param binds values for the query's parameters, in order; printed in plans and reports
   */
  public static Rows rows(String query, Object... binds) {
    return new Rows(Query.of(query, binds));
  }

  /**
   * Passes when the query yields no row: {@code noRows("select 1 from orders where total < 0")}.
   */
  public static NamedCheck noRows(String query) {
    return new Rows(Query.of(query)).none();
  }

  /** Passes when the query yields no row, under the name that the checklist has for it. */
  public static NamedCheck noRows(String name, String query) {
    return noRows(query).named(name);
  }

  /** The one value of a query; say what it must be: {@code value("select ...").is(42)}. */
  public static Value value(String query, Object... binds) {
    return new Value(Query.of(query, binds));
  }

  /**
   * How many rows a table holds; say how many there must be: {@code
   * rowCount("orders").isAtLeast(1_000)}.
   *
   * @param table {@code orders} or {@code shop.orders}; quoted by the dialect
   */
  public static RowCount rowCount(String table) {
    return new RowCount(TableName.of(table));
  }

  /**
   * Passes when there is a table of that name which this account may read; a view is none.
   *
   * @param name {@code orders} or {@code shop.orders}; quoted by the dialect
   */
  public static NamedCheck tableExists(String name) {
    return Tables.exists(name);
  }

  /** A line of the checklist that only tells; passes always. */
  public static NamedCheck note(String text) {
    return NamedCheck.of(
        Names.of(text),
        reading -> List.of(text),
        reading -> Outcome.passed(reading.evidence().with("note", text)));
  }

  /**
   * Passes while what an earlier step reported is no older than that; asked again right up to the
   * commit of each later change. Put the step before it in the same runbook.
   */
  public static Check noOlderThan(Duration limit, Step step) {
    return new NoOlderThan(limit, step);
  }

  /**
   * Scripts and checks that are applied all or not at all; the checks see what is about to be
   * committed. Say {@code undoneBy(step)} or {@code cannotBeUndone("why")} to make it a step.
   *
   * <p>Needs the privileges of each statement.
   */
  public static InOneTransaction inOneTransaction(TransactionPart first, TransactionPart... rest) {
    return InOneTransaction.of(Names.list(first, rest));
  }

  /**
   * Executes a change on the target itself and rolls it back, whatever comes of it: what fails here
   * would have failed for real. While it lasts, its locks are held as for real; numbers that
   * sequences gave out stay given out.
   *
   * <p>Needs the privileges of each statement.
   */
  public static Change trial(InOneTransaction change) {
    return change.trial();
  }

  /**
   * One statement that no transaction can hold, such as {@code CREATE INDEX CONCURRENTLY}. Say
   * {@code undoneBy(step)} or {@code cannotBeUndone("why")} to make it a step.
   *
   * <p>Needs the privileges of the statement, and of dropping what a failed try has left.
   */
  public static OutsideTransaction outsideTransaction(Statements statement) {
    return OutsideTransaction.of(statement);
  }

  /**
   * Statements that no transaction can hold, one after the other, such as several {@code CREATE
   * INDEX CONCURRENTLY}, or the DDL of MySQL and MariaDB. Say {@code undoneBy(...)} or {@code
   * cannotBeUndone("why")} to make it a step.
   *
   * <p>Needs the privileges of each statement.
   */
  public static StatementByStatement statementByStatement(Statements first, Statements... rest) {
    return StatementByStatement.of(first, rest);
  }

  /** The scripts of a directory in the order of their names ({@code *.sql}), or one script. */
  public static Statements scripts(Path fileOrDirectory) {
    return Statements.files(fileOrDirectory);
  }

  /** The scripts of a directory in the order of their names ({@code *.sql}), or one script. */
  public static Statements scripts(String fileOrDirectory) {
    return Statements.files(Path.of(fileOrDirectory));
  }

  /** Statements in the runbook itself, one or several, with semicolons between them. */
  public static Statements sql(String statements) {
    return Statements.text(statements);
  }

  /** Takes a backup into a vault; the value stands for the artifact that it makes. */
  public static BackUp backUp(Destination destination) {
    return BackUp.into(destination);
  }

  /** The vault in that directory; made when the first backup is taken. */
  public static Destination into(Path vault) {
    return Destination.of(vault);
  }

  /** That vault. */
  public static Destination into(Vault vault) {
    return Destination.of(vault);
  }

  /**
   * The newest backup of the target in that vault, which is not made: {@code
   * newestBackup(vault).isNoOlderThan(ofHours(24))}, a question before a deploy.
   */
  public static NewestBackup newestBackup(Path vault) {
    return new NewestBackup(Destination.of(vault));
  }

  /** The same, of a vault that is open. */
  public static NewestBackup newestBackup(Vault vault) {
    return new NewestBackup(Destination.of(vault));
  }

  /** The backups of a vault; say which: {@code fromCatalogue(vault).withId("...")}. */
  public static Catalogue fromCatalogue(Vault vault) {
    return new Catalogue(Destination.of(vault));
  }

  /** The backups of the vault in that directory; say which: {@code .at(instant)}. */
  public static Catalogue fromCatalogue(Path vault) {
    return new Catalogue(Destination.of(vault));
  }

  /** Puts a backup in the place of the target's content, after a safety backup of what is there. */
  public static Restore restore(ArtifactSource backup) {
    return Restore.of(backup);
  }

  /**
   * Files of a server's log of changes, such as the binary log of MySQL and MariaDB: {@code
   * restore(backup).replaying(changesIn(directory)).stoppingBefore(moment)}.
   */
  public static Changes changesIn(Path directory) {
    return Changes.in(directory);
  }

  /** A place in such a log: the name of a file, and an offset in bytes. */
  public static StopPoint position(String file, long offset) {
    return StopPoint.position(file, offset);
  }

  /** A transaction of such a log, as the server writes it. */
  public static StopPoint gtid(String gtid) {
    return StopPoint.gtid(gtid);
  }

  /** Proves that a backup can be restored; say where: {@code restoreDrill(dump).into(scratch)}. */
  public static RestoreDrill restoreDrill(ArtifactSource backup) {
    return new RestoreDrill(backup);
  }

  /**
   * Executes changes and their undo on a restored copy; say of what and where: {@code
   * rehearsed(housekeeping).onCopyOf(dump).intoScratchDatabase()}.
   */
  public static Rehearsed rehearsed(Change first, Change... rest) {
    return new Rehearsed(first, rest);
  }

  /**
   * That nobody changed the catalogue; say from what: {@code noDrift().from("db/baseline.jsonl")}.
   */
  public static NoDrift noDrift() {
    return NoDrift.ANYWHERE;
  }

  /**
   * Writes the state of the catalogue into a file, as the baseline that {@code noDrift()} takes.
   */
  public static RecordBaseline recordBaseline(Path file) {
    return RecordBaseline.into(file);
  }

  /**
   * Writes the state of the catalogue into a file, as the baseline that {@code noDrift()} takes.
   */
  public static RecordBaseline recordBaseline(String file) {
    return RecordBaseline.into(Path.of(file));
  }

  /**
   * Asks the check now, without a run and without a journal: for a service that wants an answer.
   *
   * @return whether it holds; never passed when that could not be told
   * @throws dev.gatehouse.core.outcome.Refusal when it could never be answered there: no such role,
   *     a pattern that matches nothing, a target that cannot be reached
   */
  public static Outcome evaluate(Check check, Target target) {
    return Inspection.of(check, target).answers().get(0).outcome();
  }

  /**
   * Asks all checks of the gate now, also behind one that does not hold, without a run and without
   * a journal.
   *
   * @return an answer each, in order, with the text that a run prints where it does not hold
   * @throws dev.gatehouse.core.outcome.Refusal when one could never be answered there, and when the
   *     gate has a change
   */
  public static List<Inspection.Answer> evaluate(Gate gate, Target target) {
    return Inspection.of(gate, target).answers();
  }

  /**
   * Asks all checks of the runbook now, as {@link #evaluate(Gate, Target)}; its guards are not
   * asked.
   */
  public static List<Inspection.Answer> evaluate(Runbook runbook, Target target) {
    return Inspection.of(runbook, target).answers();
  }

  /**
   * Asks the check now, for a test. Nothing is executed.
   *
   * @throws AssertionError when it does not hold, or that could not be told, with the text that a
   *     run prints
   * @throws dev.gatehouse.core.outcome.Refusal when it could never be answered there
   */
  public static void verify(Check check, Target target) {
    Verifying.all(Inspection.of(check, target));
  }

  /**
   * Asks all checks of the gate now, for a test. Nothing is executed.
   *
   * @throws AssertionError when one does not hold, or that could not be told, with the text that a
   *     run prints
   * @throws dev.gatehouse.core.outcome.Refusal when one could never be answered there, and when the
   *     gate has a change
   */
  public static void verify(Gate gate, Target target) {
    Verifying.all(Inspection.of(gate, target));
  }

  /**
   * Asks all checks of the runbook now, for a test. Nothing is executed; its guards are not asked.
   *
   * @throws AssertionError when one does not hold, or that could not be told, with the text that a
   *     run prints
   * @throws dev.gatehouse.core.outcome.Refusal when one could never be answered there, and when the
   *     runbook has a change
   */
  public static void verify(Runbook runbook, Target target) {
    Verifying.all(Inspection.of(runbook, target));
  }
}
