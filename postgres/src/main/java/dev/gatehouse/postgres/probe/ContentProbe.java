package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.session.SqlNames.quoted;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.policy.AtomShape;
import dev.gatehouse.postgres.probe.Crossings.Act;
import dev.gatehouse.postgres.probe.RowContents.Content;
import dev.gatehouse.postgres.session.Queries;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Rows that are not there yet: what would be let pass by a value that no row holds today. The
 * conditions that decide over rows are asked of made-up contents first; a content that crosses over
 * from one tenant to another is then written and tried, as {@link MadeUpRow} does.
 */
final class ContentProbe {
  private final ProbeContext on;
  private final Crossings crossings;
  private final Function<TenantContext, Door> door;

  ContentProbe(Crossings crossings, Function<TenantContext, Door> door) {
    this.on = crossings.on();
    this.crossings = crossings;
    this.door = door;
  }

  /**
   * Of the table itself; none where no policy is asked, because all rows can be tried as they are.
   */
  static Optional<ContentProbe> of(ProbeContext on) throws SQLException {
    String oid = on.rows().relation().oid();
    String role = on.who().role();
    boolean reads =
        Queries.isTrue(
            on.session().admin(),
            "SELECT has_any_column_privilege(?::text, ?::oid, 'SELECT')",
            role,
            oid);
    boolean any = reads || on.deletes() || !on.inserted().isEmpty() || !on.updated().isEmpty();
    if (!any || !TablePolicies.areAsked(on.session().admin(), role, oid)) {
      return Optional.empty();
    }
    TablePolicies policies = TablePolicies.of(on, role, List.of());
    policies
        .unreadable()
        .forEach(
            name ->
                on.breaches()
                    .unclear(
                        "policy %s of %s could not be read"
                            .formatted(quoted(name), on.rows().relation().words())));
    return Optional.of(
        new ContentProbe(
            Crossings.of(on, role, reads, policies), context -> new TableDoor(on, context)));
  }

  void in(TenantContext context) throws SQLException {
    RowContents contents = crossings.contents(context);
    boolean bounded = contents.isTooMuch();
    if (bounded) {
      contents = contents.fewer();
    }
    Set<String> unknown = crossings.unknown(bounded);
    Set<Act> tried = EnumSet.noneOf(Act.class);
    try {
      try {
        tried.addAll(tried(contents));
      } catch (SQLException e) {
        if (unknown.isEmpty()) {
          throw e;
        }
      }
      if (!unknown.isEmpty() && !tried.containsAll(crossings.mayCross(contents, unknown))) {
        tell(context, unknown);
      }
    } catch (SQLException e) {
      if (!closed(context)) {
        on.breaches()
            .unclear(
                "%s%s: its policies could not be asked of rows that are made up: %s"
                    .formatted(on.where(context), door.apply(context).through(), e.getMessage()));
      }
    }
  }

  /** Rows that are there meet the same error, so that nothing at all is reached. */
  private boolean closed(TenantContext context) throws SQLException {
    boolean[] error = new boolean[1];
    on.session()
        .as(
            on.who().role(),
            context.settings(),
            () -> {
              try {
                Queries.run(on.session().admin(), "SELECT 1 FROM " + on.name());
              } catch (SQLException e) {
                error[0] = context.closedBy(e);
              }
              return new Answer.NoRows();
            });
    return error[0];
  }

  private Set<Act> tried(RowContents contents) throws SQLException {
    Set<Act> crossing = crossings.crossing(contents, Set.of());
    MadeUpRow row = new MadeUpRow(on, contents.context(), door.apply(contents.context()));
    for (Act act : crossing) {
      switch (act) {
        case READS -> row.read(crossings.some(contents, act));
        case DELETES -> row.delete(crossings.some(contents, act));
        case INSERTS -> row.insert(crossings.some(contents, act));
        default -> change(row, contents, act);
      }
    }
    return crossing;
  }

  private void change(MadeUpRow row, RowContents contents, Act act) throws SQLException {
    List<Content> before = crossings.some(contents, act);
    boolean any = false;
    for (Content old : before) {
      List<Content> after = crossings.after(contents, act, old);
      any |= !after.isEmpty();
      if (!after.isEmpty() && row.change(old, after, act == Act.GIVES)) {
        return;
      }
    }
    if (!any && !Crossings.areAll(before)) {
      row.change(before.get(0), List.of(), act == Act.GIVES);
    }
  }

  private void tell(TenantContext context, Set<String> atoms) {
    String through = door.apply(context).through();
    for (String text : atoms) {
      AtomShape shape = crossings.policies().atoms().get(text);
      if (shape != null) {
        on.breaches().unclear(crossings.told(text, shape) + through);
      }
    }
  }
}
