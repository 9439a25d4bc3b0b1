package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.outcome.StepFailed.Ending;
import dev.gatehouse.dsl.sql.InOneTransaction;
import dev.gatehouse.dsl.sql.Statements;
import dev.gatehouse.dsl.words.Names;
import java.util.List;

/**
 * Code of the application, such as another library's: {@code call("flyway", () ->
 * flyway.migrate()).provenBy(check)}.
 *
 * <p>A plan can neither show what it does nor tell when it was changed: its name is all that the
 * plan's digest binds. It is executed on the run's own thread; when the run is stopped that is
 * interrupted, and code that heeds no interrupt goes on to its end. It ends well when it returns,
 * and the check passes; behind an exception half of it has perhaps been done, whatever the check
 * says: it is undone, and what cannot be undone remains.
 *
 * <p>Immutable. Not a step until it says {@code undoneBy(step)} or {@code cannotBeUndone("why")}.
 *
 * @since 0.1
 */
public final class JavaCall extends ChangeWithoutUndo {
  private final String name;
  private final Code code;
  private final Proof proof;
  private final Reach reach;

  /** What is called. */
  @FunctionalInterface
  public interface Code {
    void run() throws Exception;
  }

  private JavaCall(String name, Code code, Proof proof, Reach reach) {
    super(
        name,
        reading ->
            new OutsideEffect(
                    List.of("Java code: what it does is not shown, and its digest is not taken"),
                    working -> call(name, code, working),
                    "the call",
                    proof,
                    reach)
                .bound(reading),
        proof.secrets(),
        proof.refersTo());
    this.name = name;
    this.code = code;
    this.proof = proof;
    this.reach = reach;
  }

  /**
   * That code under that name, which has to say all that people need to know of it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public static JavaCall of(String name, Code code) {
    return new JavaCall(Names.checked(name), code, Proof.NONE, Reach.UNKNOWN);
  }

  private static Evidence call(String name, Code code, EffectContext working) throws Exception {
    long begun = System.nanoTime();
    try {
      code.run();
    } catch (InterruptedException stopped) {
      throw stopped;
    } catch (Exception e) {
      throw new StepFailed(
          List.of(
              Finding.of("call.failed", "'" + name + "' has thrown an exception")
                  .withExpected("that it returns")
                  .withFound(e.toString())
                  .withFix("find out what it did; correct it, or what it is about")),
          Ending.PERHAPS_IN_PART);
    }
    return working.evidence().with("seconds", (System.nanoTime() - begun) / 1_000_000_000);
  }

  /**
   * The same call, having succeeded only if the check passes afterwards; where it returned and the
   * check does not pass, a person is asked what became of it. After a crash the check tells whether
   * the call took effect; without one a person must.
   */
  public JavaCall provenBy(Check check) {
    return new JavaCall(name, code, Proof.by(check), reach);
  }

  /**
   * The same call, proven by that check, and neither made nor undone where it passes before; as an
   * undo, not made where it passes already.
   */
  public JavaCall unlessAlready(Check check) {
    return new JavaCall(name, code, Proof.beforeToo(check), reach);
  }

  /** The same call, known to leave the target alone; see {@link Command#besideTarget}. */
  public JavaCall besideTarget() {
    return new JavaCall(name, code, proof, Reach.BESIDE);
  }

  /**
   * The same call, known to change the content of the target and nothing else; see {@link
   * Command#inTarget}.
   */
  public JavaCall inTarget() {
    return new JavaCall(name, code, proof, Reach.TARGET);
  }

  /** Reversed by these statements, in one transaction: {@code undoneBy(inOneTransaction(...))}. */
  public Change undoneBy(Statements undo) {
    return undoneBy(InOneTransaction.of(List.of(undo)));
  }

  @Override
  public JavaCall named(String newName) {
    return new JavaCall(Names.checked(newName), code, proof, reach);
  }
}
