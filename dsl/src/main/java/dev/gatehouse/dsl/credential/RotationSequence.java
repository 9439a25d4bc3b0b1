package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.dialect.PasswordMethod.Statements;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.ProbeResult.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A rotation bound to a target: at every instant a password that is kept on disk logs in.
 *
 * @param head what the plan says of all of it
 */
record RotationSequence(List<String> head, List<Part> parts) implements Effect.InSequence {

  static RotationSequence of(
      List<String> head,
      Rotation rotation,
      Statements sql,
      List<String> sink,
      List<String> confirmation) {
    String file = rotation.file().path().toString();
    List<Part> parts = new ArrayList<>();
    parts.add(
        new RotationPart(
            "new password kept",
            List.of(
                "a random one of "
                    + rotation.said().length()
                    + " letters and digits, into "
                    + file),
            rotation::keep,
            rotation::kept,
            Optional.of(
                new RotationPart(
                    "new password forgotten",
                    List.of("remove " + file),
                    rotation::forget,
                    rotation::ended,
                    Optional.empty()))));
    parts.add(
        new RotationPart(
            "server accepts it",
            sql.add(),
            rotation::add,
            rotation::added,
            Optional.of(
                new RotationPart(
                    "server accepts the old one only",
                    sql.revert(),
                    rotation::revert,
                    rotation::reverted,
                    Optional.empty()))));
    parts.add(
        RotationPart.proof(
            "new one proved",
            List.of("it logs in, and a random wrong one is refused as a wrong password"),
            rotation::proveNew));
    parts.add(
        new RotationPart(
            "given to its clients",
            sink,
            rotation::store,
            rotation::holdsNew,
            Optional.of(
                new RotationPart(
                    "old one given to its clients",
                    sink,
                    rotation::storeBack,
                    rotation::holdsOld,
                    Optional.empty()))));
    rotation
        .said()
        .consumers()
        .ifPresent(
            check ->
                parts.add(
                    RotationPart.proof(
                        "clients confirmed", confirmation, at -> Rotation.confirm(at, check))));
    if (!sql.retire().isEmpty()) {
      parts.add(
          new RotationPart(
              "old one retired",
              sql.retire(),
              rotation::retire,
              rotation::retired,
              Optional.empty()));
    }
    // Once this is so, nothing takes the rotation back: not even a file that cannot be removed.
    parts.add(
        new RotationPart(
            "old one proved dead",
            List.of("it is refused as a wrong password, and no second one is valid"),
            rotation::proveOldDead,
            reading -> Kind.NOT_APPLIED,
            Optional.empty()));
    if (rotation.said().endingSessions()) {
      parts.add(
          new RotationPart(
              "sessions ended",
              rotation.method().sessions().preview(rotation.account()),
              rotation::endSessions,
              reading -> Kind.NOT_APPLIED,
              Optional.empty()));
    }
    parts.add(
        new RotationPart(
            "both copies removed",
            List.of("remove " + file),
            rotation::end,
            rotation::ended,
            Optional.empty()));
    return new RotationSequence(head, List.copyOf(parts));
  }

  @Override
  public List<String> preview() {
    List<String> all = new ArrayList<>(head);
    all.addAll(Effect.InSequence.super.preview());
    return all;
  }

  /** Who logs in by what is no part of the database: no restore of the target brings it back. */
  @Override
  public Reach reach() {
    return Reach.UNKNOWN;
  }
}
