package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.SchemaComparison;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.postgres.archive.ContentNames;
import dev.gatehouse.postgres.catalogue.PostgresCatalogue;
import dev.gatehouse.postgres.session.SqlNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an artifact has recorded, compared with what a restore has made of it. Definitions are
 * compared one by one, so that another spelling of the same one is none of another content.
 */
final class RecordedContent {
  private static final int MOST = 20;
  private static final String FIX =
      "do not use this copy as proof; take the backup or the restore again";

  private final Content recorded;
  private final Optional<Baseline> definitions;
  private final StandIns standIns;
  private final Map<String, String> facts;

  /**
   * What only a superuser can say, for each object that others own and the backup does not make.
   */
  private final Map<String, List<String>> bySuperuser;

  /** Of each table, in the order of a row's values. */
  private final Map<String, List<String>> columns;

  private RecordedContent(
      Content recorded,
      Optional<Baseline> definitions,
      StandIns standIns,
      Map<String, String> facts,
      Map<String, List<String>> bySuperuser,
      Map<String, List<String>> columns) {
    this.columns = columns;
    this.recorded = recorded;
    this.definitions = definitions;
    this.standIns = standIns;
    this.facts = facts;
    this.bySuperuser = bySuperuser;
  }

  static RecordedContent of(Artifact artifact, DumpArchive archive) throws IOException {
    return new RecordedContent(
        artifact.manifest().content(),
        archive.definitions(),
        StandIns.NONE,
        Map.of(),
        Map.of(),
        archive.columns());
  }

  /** How the rows of a copy are read, so that they can be compared with the recorded ones. */
  TableReading.Way way() {
    return SourceReading.as(recorded, table -> columns.getOrDefault(table.name(), List.of()));
  }

  /** The same, but of these schemas only what is in them. */
  RecordedContent without(StandIns others) {
    return new RecordedContent(recorded, definitions, others, facts, bySuperuser, columns)
        .noting("not rehearsed", others.words());
  }

  /** The same with one more fact for the evidence; none when the text is empty. */
  RecordedContent noting(String name, String text) {
    Map<String, String> more = new TreeMap<>(facts);
    note(more, name, text);
    return new RecordedContent(recorded, definitions, standIns, more, bySuperuser, columns);
  }

  /** The same, knowing what brings back the first privileges on what is not this account's. */
  RecordedContent withPrivilegesOfOthers(Map<String, List<String>> statements) {
    return new RecordedContent(recorded, definitions, standIns, facts, statements, columns);
  }

  /** The same of a restore in place, which leaves the database itself as it is. */
  Content comparedInPlace(ContentReader.Read found) {
    Content content = compared(found);
    Map<String, String> notes = new TreeMap<>(content.notes());
    definitions.ifPresent(
        before ->
            note(
                notes,
                "not restored: the database itself",
                NotCompared.database(before, found.catalogue())));
    return content
        .comparison()
        .map(of -> content.compared(new SchemaComparison(of.differences(), notes)))
        .orElse(content);
  }

  /** What was found, and how it compares; an artifact without definitions has its digest only. */
  Content compared(ContentReader.Read found) {
    Map<String, String> notes = new TreeMap<>(facts);
    List<TableContent> read = found.content().tables();
    List<TableContent> tables = HashedLeaves.of(found.catalogue()).settled(recorded.tables(), read);
    if (!tables.equals(read)) {
      notes.put("rows in other leaves", moved(read, tables));
    }
    note(notes, NotCompared.FACT, found.notCompared());
    Content content =
        found.content().withTables(tables).withStates(settled(found.content().states(), notes));
    boolean sameDigest = recorded.schemaDigest().equals(content.schemaDigest());
    if (definitions.isEmpty()) {
      return sameDigest ? content.compared(new SchemaComparison(List.of(), notes)) : content;
    }
    Baseline before = definitions.get();
    List<Drift> all = restored(before).drift(restored(found.catalogue()));
    List<Drift> real =
        all.stream().filter(drift -> !PostgresCatalogue.INSTANCE.leftByDump(drift)).toList();
    note(notes, "printed otherwise", Drift.words(all, PostgresCatalogue.INSTANCE::leftByDump));
    note(
        notes,
        "not in a dump",
        Drift.words(before.drift(found.catalogue()), RecordedContent::unusable));
    return content.compared(new SchemaComparison(findings(real), notes));
  }

  private Baseline restored(Baseline of) {
    return PostgresCatalogue.dumped(of).where(object -> !standIns.isOne(object));
  }

  /** Rows that an extension brings are of its making, not of the backup's: told, and no veto. */
  private Map<String, String> settled(Map<String, String> found, Map<String, String> notes) {
    Map<String, String> states = new TreeMap<>(found);
    List<String> others = new ArrayList<>();
    for (String name : found.keySet()) {
      if (ContentNames.isBrought(name) && recorded.states().containsKey(name)) {
        String before = String.valueOf(recorded.states().get(name));
        if (!before.equals(states.put(name, before))) {
          others.add(name + ": " + before + ", now " + found.get(name));
        }
      } else if (ContentNames.isBrought(name)) {
        states.remove(name);
        others.add(name + ": not recorded");
      }
    }
    note(notes, "rows that extensions bring", String.join("; ", others));
    return states;
  }

  /** What the source had and no dump keeps, because it was in no use. */
  private static boolean unusable(Drift drift) {
    return drift instanceof Drift.Missing && PostgresCatalogue.INSTANCE.leftByDump(drift);
  }

  private static void note(Map<String, String> notes, String name, String text) {
    if (!text.isEmpty()) {
      notes.put(name, text);
    }
  }

  private static String moved(List<TableContent> read, List<TableContent> settled) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < read.size(); i++) {
      if (!read.get(i).equals(settled.get(i))) {
        names.add(read.get(i).table());
      }
    }
    return String.join(", ", names.subList(0, Math.min(MOST, names.size())));
  }

  private List<Finding> findings(List<Drift> drifts) {
    List<Drift> told = Drift.wholes(drifts);
    List<Finding> findings = new ArrayList<>();
    for (Drift drift : told.subList(0, Math.min(MOST, told.size()))) {
      findings.add(
          Finding.of("content.schema", drift.object().words() + headline(drift))
              .withExpected(drift.expected())
              .withFound(drift.found())
              .withFix(fix(drift.object())));
    }
    if (told.size() > MOST) {
      findings.add(
          Finding.of("content.schema", (told.size() - MOST) + " more objects are not as recorded")
              .withFound(drifts.size() + " differences in all")
              .withFix(FIX));
    }
    return findings;
  }

  /** Whoever may not grant on what others brought has a superuser bring it back first. */
  private String fix(CatalogueObject object) {
    String left = facts.getOrDefault(MemberGrants.NOTE, "");
    List<String> first = new ArrayList<>(bySuperuser.getOrDefault(object.name(), List.of()));
    if (!StandIns.isBrought(object) || (left.isEmpty() && first.isEmpty())) {
      return FIX;
    }
    for (CatalogueObject one : definitions.map(Baseline::objects).orElse(List.of())) {
      String in = one.facts().getOrDefault("inSchema", "");
      if (one.kind().equals("schema") && object.name().startsWith(one.name() + ".")) {
        first.add(0, "CREATE SCHEMA IF NOT EXISTS " + one.name() + " AUTHORIZATION " + one.owner());
      } else if (one.kind().equals("extension") && object.name().startsWith(in + ".")) {
        String version = one.facts().getOrDefault("version", "");
        first.add(
            "CREATE EXTENSION IF NOT EXISTS "
                + one.name()
                + " SCHEMA "
                + in
                + (version.isEmpty() ? "" : " VERSION " + SqlNames.literal(version)));
      }
    }
    if (!left.isEmpty()) {
      first.add(left);
    }
    return "have a superuser execute this first, and restore then: " + String.join("; ", first);
  }

  private static String headline(Drift drift) {
    if (drift instanceof Drift.Changed) {
      return " is not as recorded";
    }
    return drift instanceof Drift.Missing ? " is missing" : " was not recorded";
  }
}
