package dev.gatehouse.mysql.maintenance;

import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.NamedCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tables of the target, and what their engines find in them or do to them. For MySQL and MariaDB
 * alone: other targets are refused while planning.
 *
 * <p>Immutable. All of it commits by itself and works in a session of its own; readers and writers
 * of a table may wait meanwhile, and it waits for them at most 10 s.
 *
 * @since 0.1
 */
public final class Tables {
  private final Chosen chosen;
  private final Optional<String> acceptedRows;

  private Tables(Chosen chosen, Optional<String> acceptedRows) {
    this.chosen = chosen;
    this.acceptedRows = acceptedRows;
  }

  /** Every base table of the database. */
  public static Tables all() {
    return new Tables(new Chosen(List.of(), List.of()), Optional.empty());
  }

  /** These, which must be base tables of the database. */
  public static Tables of(String first, String... rest) {
    return new Tables(new Chosen(names(first, rest), List.of()), Optional.empty());
  }

  private static List<String> names(String first, String... rest) {
    List<String> names = new ArrayList<>(List.of(rest));
    names.add(0, first);
    return List.copyOf(names);
  }

  /**
   * All but these, such as tables of MEMORY, of which no engine can tell whether they are sound.
   *
   * @throws IllegalArgumentException when tables were named one by one
   */
  public Tables except(String first, String... rest) {
    if (!chosen.named().isEmpty()) {
      throw new IllegalArgumentException("tables were named: leave out those that are not meant");
    }
    return new Tables(new Chosen(List.of(), names(first, rest)), acceptedRows);
  }

  /**
   * The same tables; where a repair leaves another number of rows than before, {@link #repaired}
   * tells that and goes on. Without it the step fails.
   *
   * @throws IllegalArgumentException when no reason is given
   */
  public Tables acceptingOtherRowCounts(String why) {
    if (why.isBlank()) {
      throw new IllegalArgumentException("why is blank: a reviewer must be able to judge it");
    }
    return new Tables(chosen, Optional.of(why));
  }

  /**
   * Whether the engines find these tables sound: CHECK TABLE, each row of the answer judged. Fails
   * on every error, warning and status but OK; inconclusive where an engine knows no CHECK, where a
   * table is held by others, and where the account may not see all tables. Reads every row and
   * every index. On a crashed table of MyISAM or Aria the server notes that it is crashed. Needs
   * SELECT on the database.
   *
   * <p>Necessary, never sufficient: what is in the rows is proved by content, see {@code
   * restoreDrill}.
   */
  public NamedCheck areSound() {
    return NamedCheck.of(
        chosen.words() + " are sound",
        Chosen.only(reading -> chosen.lines(reading, "CHECK TABLE %s")),
        new Soundness(chosen)::look);
  }

  /**
   * Repairs those that are damaged: REPAIR TABLE for MyISAM, Aria, ARCHIVE and CSV, a rebuild
   * (ALTER TABLE ... FORCE) for InnoDB, which has no other; then CHECK TABLE again, and ANALYZE.
   * Does nothing to those that are sound. A repair may lose rows, see {@link
   * #acceptingOtherRowCounts}: back up before it what can still be read. Needs SELECT, INSERT and
   * ALTER on the database.
   */
  public ChangeWithoutUndo repaired() {
    return change("repair " + chosen.words(), Work.REPAIR);
  }

  /**
   * Rebuilds them: ALTER TABLE ... FORCE, then CHECK TABLE. Needs ALTER, CREATE and INSERT on the
   * database, and room for a second copy of the largest.
   */
  public ChangeWithoutUndo rebuilt() {
    return change("rebuild " + chosen.words(), Work.REBUILD);
  }

  /** Gathers the optimizer's statistics anew: ANALYZE TABLE. Needs SELECT and INSERT. */
  public ChangeWithoutUndo analyzed() {
    return change("analyze " + chosen.words(), Work.ANALYZE);
  }

  private ChangeWithoutUndo change(String name, Work work) {
    return ChangeWithoutUndo.of(
        name, reading -> Maintenance.bound(chosen, work, acceptedRows, reading));
  }
}
