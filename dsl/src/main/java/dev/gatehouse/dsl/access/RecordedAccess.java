package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Subject;
import dev.gatehouse.dsl.words.Names;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether roles can do exactly what was recorded of them: a text file for each, beside the others
 * that are committed, in which a change is read line by line. What nobody can see through, such as
 * the body of a routine that runs as its owner, stands there as unknown. On PostgreSQL a digest of
 * each body that runs for the role in the name of others stands beside it, but not of what such a
 * body calls by a text; on other products a body that changed is not seen. The file names the
 * databases of the server, so it is a target's own.
 *
 * <p>Immutable. Reads only, and needs no privilege beyond reading the product's catalogue.
 *
 * @since 0.1
 */
public final class RecordedAccess implements AccessCheck {
  private static final String ENDING = ".txt";

  private final String name;
  private final AccessQuestion question;
  private final Path directory;

  private RecordedAccess(String name, AccessQuestion question, Path directory) {
    this.name = Names.checked(name);
    this.question = question;
    this.directory = directory;
  }

  static RecordedAccess of(Grantee grantee, Path directory) {
    String name = grantee + " can do what is recorded in " + directory;
    return new RecordedAccess(name, grantee.asking(name), directory);
  }

  /**
   * The same check under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public RecordedAccess named(String newName) {
    return new RecordedAccess(newName, question, directory);
  }

  /**
   * Writes what each role can do now, in place of what was recorded. Never part of a test or of a
   * run: a person decides it, and reads the difference before committing it.
   *
   * @return how many roles there are
   * @throws SQLException when the catalogue cannot be read
   * @throws Refusal when there is no such role, and when a file cannot be written
   */
  public int record(Target target) throws SQLException {
    try (Connection connection = target.dialect().openReading(target)) {
      EffectiveAccess access = AccessQuestion.reader(name, target).read(connection);
      List<String> roles = question.roles(access);
      for (String role : roles) {
        Path file = file(role).toAbsolutePath();
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        PrivateFiles.write(file, access.report(role).text().getBytes(StandardCharsets.UTF_8));
      }
      return roles.size();
    } catch (IOException | UncheckedIOException e) {
      throw new Refusal(
          Finding.of("access.unwritable", "what roles can do cannot be recorded")
              .withExpected("a directory that this process may write")
              .withFound(e.getClass().getSimpleName() + ": " + e.getMessage())
              .withFix("mkdir -p '" + directory.toAbsolutePath() + "'"),
          e);
    }
  }

  private Path file(String role) {
    return directory.resolve(
        URLEncoder.encode(role, StandardCharsets.UTF_8).replace("*", "%2A") + ENDING);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> plan(CheckContext reading) throws SQLException {
    EffectiveAccess access = question.access(reading);
    try {
      question.roles(access).forEach(this::recorded);
    } catch (Refusal missing) {
      if (reading.targetIsFinal()) {
        throw missing;
      }
    }
    return List.of(question.name());
  }

  private List<String> recorded(String role) {
    Path file = file(role);
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new Refusal(
          Finding.of("access.unrecorded", "it is not recorded what " + role + " can do")
              .withExpected("a file " + file)
              .withFound(e.getClass().getSimpleName())
              .withFix("grantee(...).isAsRecordedIn(\"" + directory + "\").record(target)"),
          e);
    }
  }

  @Override
  public Outcome judge(EffectiveAccess access, Evidence begun) {
    List<String> roles = question.roles(access);
    List<Finding> findings = new ArrayList<>();
    for (String role : roles) {
      List<String> was = recorded(role);
      List<String> is = access.report(role).text().lines().toList();
      if (!was.equals(is)) {
        findings.add(
            Finding.of("access.changed", role + " can do other things than were recorded")
                .withExpected(file(role).toString())
                .withFound(difference(was, is))
                .withSubjects(List.of(new Subject(role, "", "")))
                .withFix("take it back, or record it: " + record()));
      }
    }
    gone(roles, access).forEach(findings::add);
    Evidence evidence = PrivilegeFindings.unread(access, begun.with("roles", roles.size()));
    return findings.isEmpty() ? Outcome.passed(evidence) : new Outcome.Failed(findings, evidence);
  }

  private String record() {
    return "isAsRecordedIn(\"" + directory + "\").record(target)";
  }

  /** Each with the object that it stands under. */
  private static String difference(List<String> was, List<String> is) {
    Set<String> before = new LinkedHashSet<>(under(was));
    Set<String> after = new LinkedHashSet<>(under(is));
    List<String> lines = new ArrayList<>();
    before.stream().filter(line -> !after.contains(line)).forEach(line -> lines.add("- " + line));
    after.stream().filter(line -> !before.contains(line)).forEach(line -> lines.add("+ " + line));
    return lines.isEmpty() ? "the same lines in another order" : String.join("\n", lines);
  }

  private static List<String> under(List<String> lines) {
    List<String> all = new ArrayList<>();
    String head = "";
    for (String line : lines) {
      if (line.startsWith(" ")) {
        all.add(head + ": " + line.strip());
      } else {
        head = line;
      }
    }
    return all;
  }

  /** Recorded, of such a name, and there no more. */
  private List<Finding> gone(List<String> roles, EffectiveAccess access) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(ENDING))
          .map(file -> file.substring(0, file.length() - ENDING.length()))
          .map(file -> URLDecoder.decode(file, StandardCharsets.UTF_8))
          .filter(role -> NamePattern.of(question.pattern()).matches(role))
          .filter(role -> !roles.contains(role) && access.roles(role).isEmpty())
          .sorted()
          .map(
              role ->
                  Finding.of("access.gone", role + " is recorded, and there no more")
                      .withExpected("a role of that name")
                      .withFound("none")
                      .withSubjects(List.of(new Subject(role, "", "")))
                      .withFix("git rm '" + file(role) + "'"))
          .toList();
    } catch (IOException e) {
      throw new Refusal(
          Finding.of("access.unrecorded", directory + " cannot be read")
              .withFound(e.getClass().getSimpleName() + ": " + e.getMessage())
              .withFix(record()),
          e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
