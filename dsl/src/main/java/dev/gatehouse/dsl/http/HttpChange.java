package dev.gatehouse.dsl.http;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.dsl.operation.Proof;
import dev.gatehouse.dsl.sql.InOneTransaction;
import dev.gatehouse.dsl.sql.Statements;
import dev.gatehouse.dsl.words.Names;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A request that changes something elsewhere: {@code app.post("/api/maintenance/enable")
 * .provenBy(...).undoneBy(...)}.
 *
 * <p>It is sent at most once an attempt, with the header {@code Idempotency-Key}, the same for each
 * attempt at the step in a run. What the proof says is so beforehand is not sent, and not undone.
 * An answer that was lost leaves the step in doubt; then the proof tells, and without one a person
 * must. No scheduler and no lease stops a request that is on its way: the other side has to honour
 * the key.
 *
 * <p>Immutable. Not a step until it says {@code undoneBy(step)} or {@code cannotBeUndone("why")}.
 * Needs no privilege in the database.
 *
 * @since 0.1
 */
public final class HttpChange extends ChangeWithoutUndo {
  private final HttpCall call;
  private final Optional<Integer> status;
  private final Proof proof;
  private final boolean touching;
  private final String name;

  private HttpChange(
      HttpCall call, Optional<Integer> status, Proof proof, boolean touching, String name) {
    super(
        name,
        reading -> HttpEffect.bind(call, status, proof, touching, reading),
        Stream.concat(call.secrets().stream(), proof.secrets().stream()).toList(),
        proof.refersTo());
    this.call = call;
    this.status = status;
    this.proof = proof;
    this.touching = touching;
    this.name = name;
  }

  static HttpChange of(HttpCall call) {
    return new HttpChange(call, Optional.empty(), Proof.NONE, true, Names.of(call.toString()));
  }

  /** The same, sending that JSON document. */
  public HttpChange withJson(String document) {
    return withBody("application/json", document);
  }

  /** The same, sending that text as UTF-8. */
  public HttpChange withBody(String contentType, String text) {
    return new HttpChange(call.saying(contentType, text), status, proof, touching, name);
  }

  boolean isOf(URI address) {
    return call.uri().equals(address);
  }

  HttpChange ifMatching(String tag) {
    HttpCall guarded = call.with(Header.of(HttpEffect.IF_MATCH, tag));
    return new HttpChange(guarded, status, proof, touching, name);
  }

  /** The same, having succeeded with that status alone. Default: any 2xx. */
  public HttpChange expectingStatus(int code) {
    return new HttpChange(call, Optional.of(code), proof, touching, name);
  }

  /**
   * The same, having succeeded only if the check passes afterwards. It is asked before as well:
   * where it passes then, nothing is sent and nothing undone. After a crash or a lost answer it
   * tells whether the request took effect.
   */
  public HttpChange provenBy(Check check) {
    return new HttpChange(call, status, Proof.beforeToo(check), touching, name);
  }

  /**
   * The same, known to leave the target alone. Default: what a request touches nobody can tell, so
   * standing checks are asked again before it.
   */
  public HttpChange besideTarget() {
    return new HttpChange(call, status, proof, false, name);
  }

  /** Reversed by these statements, in one transaction: {@code undoneBy(inOneTransaction(...))}. */
  public Change undoneBy(Statements undo) {
    return undoneBy(InOneTransaction.of(List.of(undo)));
  }

  /**
   * The same under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  @Override
  public HttpChange named(String newName) {
    return new HttpChange(call, status, proof, touching, Names.checked(newName));
  }
}
