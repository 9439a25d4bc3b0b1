package dev.gatehouse.core.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.FollowUp;
import dev.gatehouse.core.model.HandOver;
import dev.gatehouse.core.model.HandOver.Closure;
import dev.gatehouse.core.model.Incident;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.GateLine;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.Outline.Rewind;
import dev.gatehouse.core.model.Outline.StepLine;
import dev.gatehouse.core.outcome.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HandOverTest {
  private static final Instant BEGAN = Story.START.minus(Duration.ofMinutes(20));
  private static final Instant SNAPSHOT = Story.START.minus(Duration.ofHours(6));

  private static StepLine step(String name, EffectClass kind, String undo) {
    return new StepLine(name, "~", kind, List.of(), undo, List.of());
  }

  /** Users are shut out, the backup is restored, users are let in. */
  private static Outline outline(HandOver handOver) {
    Outline plain = Story.outline();
    return new Outline(
        "restore shop",
        "shop",
        plain.fingerprint(),
        List.of(
            new GateLine(
                "all",
                List.of(
                    step("shut out", EffectClass.EXTERNAL, "undone by 'let in'"),
                    new StepLine(
                        "restore",
                        "~",
                        EffectClass.EXTERNAL,
                        List.of(),
                        "undone by 'restore the safety backup'",
                        List.of(),
                        Reach.TARGET,
                        Optional.of(new Rewind("restore the safety backup", Optional.empty())),
                        List.of(),
                        Optional.empty()),
                    step("let in", EffectClass.EXTERNAL, "nothing to undo: open")))),
        List.of(),
        List.of(),
        handOver);
  }

  private static HandOver told() {
    return new HandOver(
        Optional.of(new Incident(BEGAN, SNAPSHOT.plusSeconds(60), List.of("shop_app"))),
        Optional.of(new Closure("shut out", "let in")),
        List.of(new FollowUp("blameless review", "incident commander", Duration.ofDays(3))));
  }

  private static Evidence restored() {
    return Evidence.at(Story.START)
        .keeping("artifact", "b-7")
        .with("snapshotAt", SNAPSHOT)
        .with("level", "L4 EQUAL")
        .keeping("safety", "b-8");
  }

  private static Story restore(HandOver handOver) {
    return Story.begun(outline(handOver))
        .applied("shut out")
        .after(Duration.ofMinutes(5))
        .intent("restore")
        .after(Duration.ofMinutes(10))
        .outcome("restore", "SUCCEEDED", restored());
  }

  @Test
  void an_incident_is_counted_from_its_begin_to_the_last_obligation() {
    RunRecord run = restore(told()).applied("let in").opened("all").closed("SUCCEEDED").run();

    assertThat(HandOverText.of(run))
        .isEqualTo(
"""
hand-over of 'restore shop'
  incident  began 2026-11-21 07:40:00 UTC, as the runbook tells; data known to be good until 2026-11-21 02:01:00 UTC
  begun     2026-11-21 08:00:00 UTC by anna
  ended     2026-11-21 08:15:09 UTC after 15m09s, SUCCEEDED: all gates opened
  restored  by 'restore', 2026-11-21 08:05:04 UTC to 2026-11-21 08:15:05 UTC (10m01s)
  RTO       35m05s from the begin of the incident to the restored target
  snapshot  2026-11-21 02:00:00 UTC, artifact b-7
  data loss at most 6h15m05s: what was written from 2026-11-21 02:00:00 UTC until 2026-11-21 08:15:05 UTC
            what was there before it is kept as artifact b-8
  closed    at most 15m05s, 2026-11-21 08:00:02 UTC to 2026-11-21 08:15:07 UTC
  approvals nobody has said anything
  in effect 'restore', can be undone by 'restore the safety backup'
            'shut out', can be undone by 'let in'
  rotate    shop_app: exposed in the incident; not known here to be rotated
  owed      'blameless review', by incident commander, until 2026-11-24 08:15:09 UTC
""");
    assertThat(HandOverJson.of(run))
        .containsEntry("recoveryMillis", 2_105_000L)
        .containsEntry("closedFrom", "2026-11-21T08:00:02Z")
        .containsEntry("closedUntil", "2026-11-21T08:15:07Z")
        .hasEntrySatisfying(
            "restored",
            told ->
                assertThat(told.toString())
                    .contains("snapshotAt=2026-11-21T02:00:00Z", "lostAtMostMillis=22505000"));
  }

  @Test
  void users_who_were_out_before_were_out_for_nobody_knows_how_long() {
    RunRecord run =
        Story.begun(outline(told()))
            .outcome("shut out", "SKIPPED", Evidence.at(Story.START).with("found", "so before"))
            .after(Duration.ofMinutes(5))
            .applied("restore")
            .applied("let in")
            .opened("all")
            .closed("SUCCEEDED")
            .run();
    assertThat(HandOverText.of(run))
        .contains("closed    UNKNOWN since when: they were shut out before this run began");
  }

  @Test
  void what_the_runbook_and_the_journal_do_not_tell_is_not_guessed() {
    RunRecord untold = restore(HandOver.NOTHING).closed("SUCCEEDED").run();
    assertThat(facts(untold))
        .containsEntry(
            "RTO",
            "15m05s from the begin of the run to the restored target; when it began to hurt,"
                + " nobody told")
        .containsEntry("closed", "UNKNOWN: the runbook does not tell which step shuts users out")
        .doesNotContainKeys("incident", "owed", "rotate");
    RunRecord nothing = Story.begun(outline(told())).closed("FAILED_CLEAN").run();
    assertThat(facts(nothing))
        .containsEntry("restored", "no restore is known to have succeeded in this run")
        .containsEntry("closed", "users were not shut out")
        .containsEntry("owed", "nothing: this run did nothing, and the next one owes what it does")
        .doesNotContainKeys("RTO", "snapshot", "data loss");
    assertThat(Obligation.of(nothing)).isEmpty();
    assertThat(facts(restore(told()).run()))
        .containsEntry(
            "owed", "'blameless review', by incident commander, within 3d00h00m of the end");
  }

  @Test
  void a_restore_that_was_undone_by_other_means_is_none() {
    Story story = restore(told()).undoing("restore");
    assertThat(facts(story.run()).get("restored")).startsWith("by 'restore'");
    story.outcome("restore", "UNDONE", Evidence.at(Story.START).with("said", "by hand"));
    assertThat(facts(story.run()))
        .containsEntry("restored", "no restore is known to have succeeded in this run")
        .doesNotContainKey("RTO");
    assertThat(
            facts(
                restore(told()).undoing("restore").outcome("restore", "UNDONE", restored()).run()))
        .containsEntry(
            "restored", "by 'restore', 2026-11-21 08:15:06 UTC to 2026-11-21 08:15:07 UTC (1s)");
  }

  @Test
  void backups_that_contradict_the_story_are_not_covered_up() {
    HandOver early =
        new HandOver(
            Optional.of(new Incident(BEGAN, SNAPSHOT.minusSeconds(60), List.of())),
            Optional.empty(),
            List.of());
    assertThat(facts(restore(early).run()).get("snapshot"))
        .endsWith("LATER than the data were known to be good");
    Story story = Story.begun(outline(told())).intent("restore");
    assertThat(
            facts(
                    story
                        .outcome(
                            "restore",
                            "SUCCEEDED",
                            Evidence.at(Story.START).with("snapshotAt", "2027-01-01T00:00:00Z"))
                        .run())
                .get("data loss"))
        .isEqualTo("UNKNOWN: by its clock the backup is later than the restore");
    assertThat(
            facts(
                    Story.begun(outline(told()))
                        .intent("restore")
                        .outcome(
                            "restore",
                            "SUCCEEDED",
                            restored().with("level", "L4 EQUAL, then changes replayed and counted"))
                        .run())
                .get("data loss"))
        .startsWith("UNKNOWN here: later changes were replayed");
    assertThat(
            facts(
                Story.begun(outline(told()))
                    .intent("restore")
                    .outcome(
                        "restore", "SUCCEEDED", Evidence.at(Story.START).with("snapshotAt", "x"))
                    .run()))
        .containsEntry("snapshot", "UNKNOWN")
        .containsEntry("data loss", "UNKNOWN: no moment of the backup is told");
  }

  @Test
  void users_are_shut_out_until_something_has_let_them_in() {
    assertThat(facts(restore(told()).run()).get("closed"))
        .isEqualTo("SINCE 2026-11-21 08:00:02 UTC: not opened again by this run");
    assertThat(facts(restore(told()).intent("let in").outcome("let in", "FAILED_CLEAN").run()))
        .hasEntrySatisfying("closed", told -> assertThat(told).startsWith("SINCE"));
    assertThat(facts(restore(told()).undone("shut out").run()).get("closed"))
        .isEqualTo("at most 15m05s, 2026-11-21 08:00:02 UTC to 2026-11-21 08:15:07 UTC");
    assertThat(facts(restore(told()).applied("let in").undone("let in").run()).get("closed"))
        .startsWith("SINCE 2026-11-21 08:00:02 UTC");
    assertThat(
            facts(
                Story.begun(outline(told()))
                    .intent("shut out")
                    .outcome("shut out", "FAILED_CLEAN")
                    .run()))
        .containsEntry("closed", "users were not shut out");
    assertThat(
            facts(Story.begun(outline(told())).intent("shut out").tell("LEASED", Map.of()).run()))
        .hasEntrySatisfying("closed", told -> assertThat(told).startsWith("SINCE"));
  }

  private static Map<String, String> facts(RunRecord run) {
    Map<String, String> facts = new LinkedHashMap<>();
    HandOverText.facts(run).forEach((name, lines) -> facts.put(name, String.join("\n", lines)));
    return facts;
  }
}
