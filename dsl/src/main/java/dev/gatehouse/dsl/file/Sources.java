package dev.gatehouse.dsl.file;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Subject;
import dev.gatehouse.dsl.words.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The sources of an application, before it is said what they never do: {@code
 * sources("apps/vh").except("vendor/**").neverWrite("eng_*", "eng.*")}.
 *
 * <p>Every file is read, whatever its language, for statements of SQL and calls of query builders
 * that write a table of that name. A statement whose table the source makes while it runs, a
 * mapping to such a table, a class that the conventions of an object mapper lead to it, a variable
 * of its name that is written with, and what may be a comment or not, are INCONCLUSIVE; so is a
 * file that cannot be read or is no text, until it is left out by name. What version control keeps
 * for itself is not looked at.
 *
 * <p>It reads texts: a name that comes from a setting or a convention of one's own, a class that
 * stands in no file of the tree, a routine or a trigger that writes, and rights, it does not see.
 * {@code grantee(...).mayNot(...)} asks the database.
 *
 * <p>Immutable. Not a step until it says {@code neverWrite(...)}. Needs no privilege in the
 * database.
 *
 * @since 0.1
 */
public final class Sources {
  private static final int LISTED = 20;

  private final SourceTree tree;

  private Sources(SourceTree tree) {
    this.tree = tree;
  }

  /** Below that directory; symbolic links to directories are not followed. */
  public static Sources below(Path directory) {
    return new Sources(new SourceTree(directory, List.of(), List.of()));
  }

  /**
   * The same, of files of these names alone, such as {@code *.php} or {@code src/**}.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public Sources only(String first, String... rest) {
    return new Sources(new SourceTree(tree.root(), patterns(first, rest), tree.except()));
  }

  /**
   * The same without files and directories of these names, such as {@code *.png} or {@code
   * vendor/**}.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public Sources except(String first, String... rest) {
    List<String> all = new ArrayList<>(tree.except());
    all.addAll(patterns(first, rest));
    return new Sources(new SourceTree(tree.root(), tree.only(), List.copyOf(all)));
  }

  private static List<String> patterns(String first, String... rest) {
    List<String> all = Names.list(first, rest);
    all.forEach(SourceTree::matcher);
    return all;
  }

  /**
   * Passes when no file writes one of these tables, and all could be read.
   *
   * @param first {@code eng_*} for tables of any schema, {@code eng.*} for those of one; upper and
   *     lower case are the same. Where a statement names no schema, {@code eng.*} does not match,
   *     unless a source sets a path to that schema; {@code eng.orders} may match
   * @throws IllegalArgumentException when one is no pattern of a table
   */
  public NamedCheck neverWrite(String first, String... rest) {
    List<TablePattern> tables = Names.list(first, rest).stream().map(TablePattern::of).toList();
    String names = String.join(", ", tables.stream().map(TablePattern::toString).toList());
    List<String> lines =
        Stream.of(
                "no statement below " + tree.root() + " writes " + names,
                tree.only().isEmpty() ? "" : "only " + String.join(", ", tree.only()),
                "left out: "
                    + String.join(
                        ", ",
                        Stream.concat(SourceTree.OWN.stream().sorted(), tree.except().stream())
                            .toList()))
            .filter(line -> !line.isEmpty())
            .toList();
    return NamedCheck.of(
        Names.of(tree.root() + " never writes " + names),
        reading -> {
          if (!Files.isDirectory(tree.root())) {
            throw new Refusal(missing());
          }
          return lines;
        },
        reading -> look(reading, tables));
  }

  private Outcome look(CheckContext reading, List<TablePattern> tables) throws IOException {
    if (!Files.isDirectory(tree.root())) {
      return Outcome.inconclusive(missing());
    }
    SourceTree.Content content = tree.read();
    List<Finding> doubts = new ArrayList<>();
    if (content.sources().isEmpty()) {
      doubts.add(missing().withFound("no file that was read: " + tree.root()));
    }
    if (!content.unread().isEmpty()) {
      doubts.add(unread(content.unread()));
    }
    List<Finding> writes = new ArrayList<>();
    List<String> unsure = new ArrayList<>();
    for (SourceTree.Source source : content.sources()) {
      List<Place> places = Place.in(source, tables);
      List<Place> sure = places.stream().filter(Place::sure).toList();
      if (!sure.isEmpty()) {
        writes.add(written(source, sure));
      }
      places.stream().filter(one -> !one.sure()).forEach(one -> unsure.add(line(one)));
    }
    if (!unsure.isEmpty()) {
      doubts.add(unsure(unsure));
    }
    if (writes.isEmpty()) {
      return doubts.isEmpty()
          ? Outcome.passed(reading.evidence().with("files", content.sources().size()))
          : new Outcome.Inconclusive(doubts);
    }
    writes.addAll(doubts);
    return new Outcome.Failed(writes, reading.evidence().with("files", content.sources().size()));
  }

  private String line(Place place) {
    return tree.root() + "/" + place;
  }

  private Finding written(SourceTree.Source source, List<Place> places) {
    Map<String, Subject> subjects = new LinkedHashMap<>();
    for (Place place : places) {
      Subject subject = new Subject(source.path(), place.verb(), place.table());
      subjects.put(subject.toString(), subject);
    }
    return Finding.of("sources.write", source.path() + " writes what it must not")
        .withExpected("no statement that writes it")
        .withFound(String.join("\n", places.stream().map(this::line).toList()))
        .withFix("let the application that owns the table write it")
        .withSubjects(List.copyOf(subjects.values()));
  }

  private static Finding unsure(List<String> lines) {
    return Finding.of("sources.unsure", "whether these write it, their text does not tell")
        .withExpected("tables by name, in statements that are no comments")
        .withFound(listed(lines))
        .withFix("look at each; name the table there, or leave the file out: except(...)");
  }

  private static Finding unread(List<String> paths) {
    return Finding.of("sources.unread", "not every file could be read")
        .withExpected("text in an encoding that keeps ASCII, of at most 4 MiB")
        .withFound(listed(paths))
        .withFix("leave out by name what holds no sources: except(\"*.png\")");
  }

  private static String listed(List<String> lines) {
    String some = String.join("\n", lines.subList(0, Math.min(LISTED, lines.size())));
    return lines.size() <= LISTED ? some : some + "\nand " + (lines.size() - LISTED) + " more";
  }

  private Finding missing() {
    return Finding.of("sources.none", "there are no sources to read")
        .withExpected("a directory with files that are read")
        .withFound("none: " + tree.root().toAbsolutePath())
        .withFix("correct sources(...), or only(...) and except(...)");
  }

  /** A place of a source, as a compiler names it. */
  private record Place(String path, int line, String verb, String table, boolean sure) {

    static List<Place> in(SourceTree.Source source, List<TablePattern> tables) {
      String text = source.text();
      List<WrittenTable> all = new ArrayList<>(WritingStatements.in(text));
      all.addAll(QueryBuilders.in(text));
      all.addAll(BareNames.in(text));
      all.addAll(MappedClasses.in(source.path(), text));
      Comments comments = Comments.of(source.path(), text);
      List<Place> places = new ArrayList<>();
      for (WrittenTable one : all) {
        TableName name =
            Collections.max(one.names(), Comparator.comparing(any -> hit(tables, any)));
        TablePattern.Hit hit = hit(tables, name);
        Comments.Answer comment = comments.at(one.at());
        if (hit != TablePattern.Hit.NO && comment != Comments.Answer.YES) {
          boolean sure = one.sure() && hit == TablePattern.Hit.YES && comment == Comments.Answer.NO;
          places.add(new Place(source.path(), line(text, one.at()), one.verb(), "" + name, sure));
        }
      }
      for (SessionPath path : SessionPath.in(text)) {
        if (tables.stream().anyMatch(table -> table.isIn(path.schema()))
            && comments.at(path.at()) != Comments.Answer.YES) {
          places.add(
              new Place(source.path(), line(text, path.at()), "a path to", path.schema(), false));
        }
      }
      return places.stream().distinct().sorted(Comparator.comparing(Place::line)).toList();
    }

    private static TablePattern.Hit hit(List<TablePattern> tables, TableName name) {
      return Collections.max(tables.stream().map(table -> table.hit(name)).toList());
    }

    private static int line(String text, int at) {
      return 1 + (int) text.substring(0, at).chars().filter(letter -> letter == '\n').count();
    }

    @Override
    public String toString() {
      return path + ":" + line + " " + verb + " " + table;
    }
  }

  @Override
  public String toString() {
    return "sources below " + tree.root() + " (not yet a step: say neverWrite(\"eng_*\"))";
  }
}
