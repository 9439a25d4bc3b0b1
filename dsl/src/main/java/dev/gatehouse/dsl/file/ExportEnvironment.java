package dev.gatehouse.dsl.file;

import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.outcome.StepFailed.Ending;
import dev.gatehouse.dsl.words.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A copy of an application's environment file, with mode 0600, for the time in which its settings
 * may be lost: {@code exportEnvironment(".env").into("incident-7.env")}. Undone by removing the
 * copy, unless somebody has changed it. Nothing that stands in it stands in a plan, a journal or a
 * report, but how many variables there are.
 *
 * <p>Immutable. Not a step until it says {@code into(file)}. Reads and writes files with the rights
 * of the account this process runs under; nothing in the target.
 *
 * @since 0.1
 */
public final class ExportEnvironment {
  private static final Pattern VARIABLE = Pattern.compile("(?:export\\s+)?[A-Za-z_][\\w.]*\\s*=.*");
  private static final String WHICH = "which";

  private final Path from;

  public ExportEnvironment(Path from) {
    this.from = from.toAbsolutePath().normalize();
  }

  /** Into that new file; what is there already is never overwritten. */
  public Change into(Path to) {
    return new Export(
        from,
        to.toAbsolutePath().normalize(),
        Names.of("export " + from.getFileName() + " into " + to.getFileName()));
  }

  @Override
  public String toString() {
    return "export of " + from + " (not yet a step: say into(file))";
  }

  private record Export(Path from, Path to, String name) implements Change {
    @Override
    public Effect bind(CheckContext reading) throws IOException {
      variables(from);
      if (Files.exists(to, LinkOption.NOFOLLOW_LINKS) && reading.targetIsFinal()) {
        refuseOther(from, to);
      }
      if (!Files.isDirectory(Objects.requireNonNull(to.getParent()))) {
        throw new Refusal(
            Finding.of("environment.place", "there is no directory for the exported environment")
                .withExpected("a directory")
                .withFound("none: " + to.getParent())
                .withFix("mkdir -m 700 '" + to.getParent() + "'"));
      }
      return new Copying(this);
    }

    @Override
    public Undo undo() {
      return new Undo.By(
          ChangeWithoutUndo.of("remove " + to.getFileName(), reading -> new Removing(this))
              .cannotBeUndone("it is itself an undo"));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** How many variables a file has; refused where it has none. */
  private static long variables(Path file) {
    try {
      long found =
          Files.readString(file, StandardCharsets.ISO_8859_1)
              .lines()
              .filter(line -> VARIABLE.matcher(line.strip()).matches())
              .count();
      if (found > 0) {
        return found;
      }
      throw new Refusal(unreadable(file, "none"));
    } catch (IOException e) {
      throw new Refusal(unreadable(file, e.getClass().getSimpleName()), e);
    }
  }

  private static Finding unreadable(Path file, String found) {
    return Finding.of("environment.none", "there is no environment to export")
        .withExpected("a file with a line NAME=value: " + file)
        .withFound(found)
        .withFix("correct exportEnvironment(...)");
  }

  private static void refuseOther(Path from, Path to) throws IOException {
    if (!Files.isRegularFile(to, LinkOption.NOFOLLOW_LINKS) || Files.mismatch(from, to) >= 0) {
      throw new Refusal(taken(to));
    }
    PrivateFiles.requirePrivate(to, "environment.open");
  }

  private static Finding taken(Path to) {
    return Finding.of("environment.taken", "an exported environment would overwrite a file")
        .withExpected("no file of that name, or the same, with mode 0600")
        .withFound(to.toString())
        .withFix("name another one: into(...)");
  }

  private record Copying(Export export) implements Effect.External {
    @Override
    public List<String> preview() {
      return List.of("copy " + export.from + " to " + export.to + ", mode 0600");
    }

    @Override
    public boolean touchesTarget() {
      return false;
    }

    @Override
    public Optional<Evidence> foundSo(CheckContext reading) throws Exception {
      if (!Files.exists(export.to, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
      try {
        refuseOther(export.from, export.to);
      } catch (Refusal e) {
        throw new StepFailed(e.findings());
      }
      return Optional.of(reading.evidence().with("found", "it was so before"));
    }

    @Override
    public Evidence apply(EffectContext working) throws Exception {
      long variables;
      try {
        variables = variables(export.from);
      } catch (Refusal e) {
        throw new StepFailed(e.findings(), Ending.REFUSED);
      }
      Path part = part(export.to);
      Files.deleteIfExists(part);
      PrivateFiles.write(part, Files.readAllBytes(export.from));
      working.progress().reached("environment.written");
      try {
        Files.createLink(export.to, part); // unlike a rename, it takes nobody's place
      } finally {
        Files.deleteIfExists(part);
      }
      PrivateFiles.forceDirectory(export.to.getParent());
      return working
          .evidence()
          .with("file", export.to)
          .with("variables", variables)
          .keeping(WHICH, which(export.to));
    }

    @Override
    public ProbeResult probe(CheckContext reading, String key) throws IOException {
      Files.deleteIfExists(part(export.to));
      boolean there = Files.exists(export.to, LinkOption.NOFOLLOW_LINKS);
      boolean same = there && Files.mismatch(export.from, export.to) < 0;
      Evidence evidence = reading.evidence().with("file", export.to);
      return new ProbeResult(
          same ? Kind.APPLIED : there ? Kind.UNKNOWN : Kind.NOT_APPLIED,
          "looked for " + export.to,
          same ? evidence.keeping(WHICH, which(export.to)) : evidence);
    }
  }

  private static Path part(Path to) {
    return to.resolveSibling("." + to.getFileName() + ".part");
  }

  /** A digest would let who reads the journal try passwords. */
  private static String which(Path file) throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    return now.size() + " bytes, " + now.lastModifiedTime().toInstant();
  }

  private record Removing(Export export) implements Effect.External {
    @Override
    public List<String> preview() {
      return List.of("remove " + export.to + ", unless somebody has changed it");
    }

    @Override
    public Optional<String> comparison() {
      return Optional.of("by which file it made, and that it is gone");
    }

    @Override
    public boolean touchesTarget() {
      return false;
    }

    @Override
    public Evidence apply(EffectContext working) throws Exception {
      if (Files.exists(export.to, LinkOption.NOFOLLOW_LINKS)) {
        String made = working.evidenceOf(export).flatMap(one -> one.fact(WHICH)).orElse("unknown");
        if (!made.equals(which(export.to))) {
          throw new StepFailed(
              List.of(
                  Finding.of("environment.changed", "somebody changed an exported environment")
                      .withExpected(made)
                      .withFound(which(export.to) + ": " + export.to)
                      .withFix("look at it, then remove it by hand")),
              Ending.REFUSED);
        }
        Files.delete(export.to);
        PrivateFiles.forceDirectory(export.to.getParent());
      }
      return working.evidence().with("removed", export.to);
    }

    @Override
    public ProbeResult probe(CheckContext reading, String key) {
      boolean there = Files.exists(export.to, LinkOption.NOFOLLOW_LINKS);
      return new ProbeResult(
          there ? Kind.NOT_APPLIED : Kind.APPLIED,
          "looked for " + export.to,
          reading.evidence().with("removed", export.to));
    }
  }
}
