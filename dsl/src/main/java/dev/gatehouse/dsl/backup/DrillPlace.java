package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Where a drill takes place, as it was written: a directory, a server, or the target's own. */
record DrillPlace(Optional<Path> directory, Optional<Target> server, Scratch.Procedure procedure) {

  static DrillPlace directory(Path directory) {
    return new DrillPlace(
        Optional.of(directory.toAbsolutePath().normalize()),
        Optional.empty(),
        Scratch.Procedure.AS_IN_PLACE);
  }

  static DrillPlace server(Target server) {
    return new DrillPlace(Optional.empty(), Optional.of(server), Scratch.Procedure.AS_IN_PLACE);
  }

  static DrillPlace besideTarget() {
    return new DrillPlace(Optional.empty(), Optional.empty(), Scratch.Procedure.AS_IN_PLACE);
  }

  DrillPlace inParallel() {
    return new DrillPlace(directory, server, Scratch.Procedure.IN_PARALLEL);
  }

  /**
   * @throws Refusal when files are to be restored in parallel
   */
  Scratch scratch(CheckContext reading) {
    if (directory.isPresent() && procedure == Scratch.Procedure.IN_PARALLEL) {
      throw new Refusal(
          Finding.of("drill.parallel", "a drill in a directory restores one file")
              .withExpected("a drill in a database of a server")
              .withFound("restoringInParallel()")
              .withFix("leave out restoringInParallel()"));
    }
    return directory
        .<Scratch>map(Scratch.InDirectory::new)
        .orElseGet(() -> new Scratch.OnServer(server.orElse(reading.target()), procedure));
  }

  /**
   * Where the artifact is unpacked to: the directory itself, or beside where it would be, because a
   * directory that a dead drill made would never go away; else in the vault.
   */
  Path work(Path vault) {
    if (directory.isEmpty()) {
      return vault;
    }
    Path scratch = directory.get();
    return Files.isDirectory(scratch, LinkOption.NOFOLLOW_LINKS) ? scratch : parent(scratch);
  }

  /**
   * @throws Refusal when a directory it needs can neither be written nor made
   */
  void refuseUnwritable() {
    if (directory.isEmpty()) {
      return;
    }
    Path scratch = directory.get();
    Path existing = Files.exists(scratch, LinkOption.NOFOLLOW_LINKS) ? scratch : parent(scratch);
    if (!Files.isDirectory(existing, LinkOption.NOFOLLOW_LINKS) || !Files.isWritable(existing)) {
      throw new Refusal(
          Finding.of("drill.scratch", "the restore drill cannot have its scratch directory")
              .withExpected(
                  "a directory that this process may write, or whose parent it may: " + scratch)
              .withFound("none, and " + existing + " cannot be written")
              .withFix("mkdir -p -m 700 '" + scratch + "'"));
    }
  }

  private static Path parent(Path scratch) {
    Path parent = scratch.getParent();
    return parent == null ? scratch : parent;
  }

  /** As the plan prints it. */
  String words() {
    return directory
        .map(path -> "below " + path)
        .orElseGet(
            () ->
                "in a database of its own on the server of "
                    + server.map(Target::name).orElse("the target")
                    + (procedure == Scratch.Procedure.IN_PARALLEL
                        ? ", in parallel, which no restore in place does"
                        : ""));
  }
}
