package dev.gatehouse.dsl.http;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.outcome.StepFailed.Ending;
import dev.gatehouse.dsl.operation.Proof;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A request as a change; it counts as touching the target unless the runbook says otherwise. */
record HttpEffect(
    HttpCall call,
    Optional<Integer> status,
    Proof proof,
    boolean touchesTarget,
    List<String> preview)
    implements Effect.External {
  static final String IF_MATCH = "If-Match";
  private static final String KEY = "Idempotency-Key";

  static HttpEffect bind(
      HttpCall call, Optional<Integer> status, Proof proof, boolean touching, CheckContext reading)
      throws Exception {
    Exchange.refuseRepeats();
    List<String> lines = new ArrayList<>(call.preview());
    lines.add("expects " + expected(status));
    if (!touching) {
      lines.add("beside the target: standing checks do not hold it back");
    }
    lines.addAll(proof.preview(reading));
    return new HttpEffect(call, status, proof, touching, List.copyOf(lines));
  }

  private static String expected(Optional<Integer> status) {
    return "status " + status.map(String::valueOf).orElse("2xx");
  }

  @Override
  public Optional<String> comparison() {
    return proof.comparison();
  }

  @Override
  public Reach reach() {
    return touchesTarget ? Reach.UNKNOWN : Reach.BESIDE;
  }

  @Override
  public Optional<Evidence> foundSo(CheckContext reading) throws Exception {
    return proof.foundSo(reading);
  }

  @Override
  public boolean looksBefore() {
    return proof.before();
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    HttpAnswer answer;
    try {
      answer = Exchange.once(call.with(Header.of(KEY, Sha256.of(working.key()))));
    } catch (NoAnswer e) {
      return lost(working, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed(List.of(stopped()), Ending.RETURNED);
    }
    working.progress().reached("answered");
    if (answer.status() != status.orElse(answer.successful() ? answer.status() : -1)) {
      return refused(working, answer);
    }
    proof.require(working);
    return working.evidence().with("status", answer.status()).with("answer", answer.body().shown());
  }

  /** The other side is not stopped with us: that nothing shows yet is no proof of anything. */
  private Finding stopped() {
    return Finding.of("http.stopped", "the run was stopped while a request was under way")
        .withExpected("a whole answer to " + call)
        .withFound("none by then; the other side may be at it still")
        .withFix("look there, then say what became of it");
  }

  /** What it may have done is looked for as long as it might still be under way. */
  private Evidence lost(EffectContext working, NoAnswer e) throws Exception {
    if (!e.sent()) {
      throw new StepFailed(List.of(e.finding()), Ending.REFUSED);
    }
    return proof
        .await(working, call.deadline())
        .map(seen -> seen.with("answer", "lost: " + e.finding().found()))
        .orElseThrow(() -> new StepFailed(List.of(e.finding()), Ending.LOST));
  }

  /**
   * Where it is as it was to be, ours was sent twice on the way, or somebody else wanted the same:
   * the evidence says that nobody can tell.
   */
  private Evidence changed(EffectContext working) throws Exception {
    Finding finding =
        Finding.of("http.changed", "somebody else has changed what a request was to change")
            .withExpected("as it was when it was read: " + call)
            .withFound("status 412 to " + IF_MATCH)
            .withFix("ask who changed it and why; it stays as they left it");
    return proof
        .await(working, Duration.ZERO)
        .map(seen -> seen.with("status", 412))
        .map(seen -> seen.with("answer", "it is so; whose work that is, nobody can tell"))
        .orElseThrow(() -> new StepFailed(List.of(finding), Ending.REFUSED));
  }

  private Evidence refused(EffectContext working, HttpAnswer answer) throws Exception {
    if (answer.status() == 412
        && call.headers().stream().anyMatch(one -> one.name().equals(IF_MATCH))) {
      return changed(working);
    }
    Finding finding =
        Finding.of("http.status", "a request was not answered as it should be")
            .withExpected(expected(status) + ": " + call)
            .withFound(
                "status "
                    + answer.status()
                    + answer.location().map(where -> ", to " + where).orElse("")
                    + answer.retryAfter().map(when -> ", again after " + when).orElse("")
                    + (answer.body().text().isBlank() ? "" : "\n" + answer.body().shown()))
            .withFix("correct what it says, then plan and run the runbook again");
    boolean whole = answer.status() / 100 == 4 && answer.status() != 408 && answer.status() != 409;
    if (whole) {
      throw new StepFailed(List.of(finding), Ending.REFUSED);
    }
    return proof
        .await(working, call.deadline())
        .map(seen -> seen.with("status", answer.status()))
        .orElseThrow(() -> new StepFailed(List.of(finding), Ending.LOST));
  }

  @Override
  public ProbeResult probe(CheckContext reading, String key) throws Exception {
    return proof.probe(reading, "the request has no provenBy(check)");
  }
}
