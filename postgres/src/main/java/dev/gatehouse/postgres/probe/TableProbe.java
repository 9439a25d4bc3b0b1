package dev.gatehouse.postgres.probe;

import dev.gatehouse.postgres.probe.TenantRows.Sample;
import java.sql.SQLException;
import java.util.Optional;

/** One role on one table or partition, read and written directly, by each way there is. */
final class TableProbe {
  private final ProbeContext on;
  private final ReadProbe reading;
  private final InsertProbe inserting;
  private final RowProbe writing;
  private final CopyProbe copying;
  private final Optional<ContentProbe> contents;

  private TableProbe(ProbeContext on) throws SQLException {
    this.on = on;
    this.reading = new ReadProbe(on);
    this.inserting = new InsertProbe(on);
    this.writing = new RowProbe(on);
    this.copying = new CopyProbe(on);
    this.contents = ContentProbe.of(on);
  }

  static TableProbe of(
      TenantIsolation claim,
      ProbeSession session,
      IsolationReport breaches,
      ActingSubject who,
      TenantRows rows)
      throws SQLException {
    return new TableProbe(ProbeContext.of(claim, session, breaches, who, rows));
  }

  void in(TenantContext context) throws SQLException {
    if (on.rows().samples().size() == TenantIsolation.SAMPLES) {
      on.breaches()
          .remark(
              "writes on "
                  + on.rows().relation().words()
                  + " were tried on "
                  + TenantIsolation.SAMPLES
                  + " kinds of rows, and there may be more");
    }
    EffectProbe effects = new EffectProbe(on, context);
    copying.out(context, reading.in(context));
    if (!on.inserted().isEmpty()) {
      inserting.in(context, effects);
    }
    if (on.deletes() || !on.updated().isEmpty()) {
      for (Sample row : on.rows().samples()) {
        writing.in(context, row);
      }
    }
    new StatementProbe(on, context, effects).run();
    SideChannelProbe.in(on, context);
    if (contents.isPresent()) {
      contents.get().in(context);
    }
  }
}
