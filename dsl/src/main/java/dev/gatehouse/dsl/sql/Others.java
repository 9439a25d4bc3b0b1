package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.Contention;
import dev.gatehouse.core.dialect.Contention.Clash;
import dev.gatehouse.core.dialect.Contention.Witness;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Who else was there while an effect was applied, for when it fails because of them. */
final class Others implements AutoCloseable {
  private final Optional<Contention> contention;
  private final Optional<Witness> witness;
  private final int attempts;

  private Others(Optional<Contention> contention, Optional<Witness> witness, int attempts) {
    this.contention = contention;
    this.witness = witness;
    this.attempts = attempts;
  }

  /**
   * @param attempts how often the step is tried in all
   */
  static Others around(EffectContext working, int attempts) throws SQLException {
    Optional<Contention> contention = working.target().dialect().contention();
    Connection session = working.connection();
    return new Others(
        contention, contention.map(by -> by.watch(working.target(), session)), attempts);
  }

  /** The failure, told as theirs when it is. */
  StepFailed told(StepFailed failed) {
    if (!(failed.getCause() instanceof SQLException error) || failed.findings().size() != 1) {
      return failed;
    }
    Optional<Clash> clash = contention.flatMap(by -> by.clash(error));
    if (clash.isEmpty()) {
      return failed;
    }
    Finding statement = failed.findings().get(0);
    StepFailed told =
        new StepFailed(isTheirs(clash.get()) ? told(statement, clash.get()) : slow(statement));
    told.initCause(error);
    return told;
  }

  private boolean isTheirs(Clash clash) {
    return !clash.code().equals(Contention.STATEMENT_LIMIT)
        || witness.filter(Witness::sawAny).isPresent();
  }

  /** Nobody held it up: it will be as slow again, and no other attempt helps. */
  private Finding slow(Finding statement) {
    return Finding.of("statement.timeout", "a statement took longer than it may, or was cancelled")
        .withExpected("an end within its statement timeout")
        .withFound(found(statement))
        .withFix(
            "make the statement faster or lengthen withStatementTimeout(...); or find out who"
                + " cancelled it");
  }

  private Finding told(Finding statement, Clash clash) {
    String retry = attempts > 1 ? "" : ", or say .retrying(3)";
    return Finding.of(clash.code(), clash.headline())
        .withExpected("nobody in the way")
        .withFound(found(statement))
        .withFix("nothing is wrong with the statement: run it again" + clash.remedy() + retry);
  }

  private String found(Finding statement) {
    return statement.found() + "\n" + witness.map(Witness::inTheWay).orElse("");
  }

  @Override
  public void close() {
    witness.ifPresent(Witness::close);
  }
}
