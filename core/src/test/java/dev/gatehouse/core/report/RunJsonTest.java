package dev.gatehouse.core.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.GateLine;
import dev.gatehouse.core.model.Outline.StepLine;
import dev.gatehouse.core.outcome.Evidence;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunJsonTest {

  @Test
  void a_run_is_told_whole_in_the_schema_of_version_1() {
    Outline outline =
        new Outline(
            "small",
            "shop",
            new Fingerprint("SQLite", "3.54.1", "/data/shop.db", "main"),
            List.of(
                new GateLine(
                    "g",
                    List.of(
                        new StepLine(
                            "look", "=", EffectClass.READ, List.of("select 1"), "", List.of()),
                        new StepLine(
                            "write",
                            "~",
                            EffectClass.TRANSACTIONAL,
                            List.of("w"),
                            "undone by 'u'",
                            List.of("u"))))),
            List.of("slow, every 1s"));
    RunRecord run =
        Story.begun(outline)
            .checked("look", "FAILED", Story.stale())
            .guarded("slow", "HOLD", Story.locked())
            .intent("write")
            .outcome("write", "SUCCEEDED", Evidence.at(Story.START).with("rows", 7))
            .waiting("look", "2026-11-22T02:00:00Z", "window")
            .run();

    assertThat(RunJson.of(run, Story.HEAD))
        .isEqualTo(
            """
            {
              "schema": 1,
              "run": "r-1",
              "runbook": "small",
              "state": "WAITING",
              "exitCode": 5,
              "closed": false,
              "plan": "sha256:4f1d",
              "head": "12 sha256:9b0c",
              "initiator": "anna",
              "opened": "2026-11-21T08:00:00Z",
              "last": "2026-11-21T08:00:06Z",
              "elapsedMillis": 6000,
              "wakeAt": "2026-11-22T02:00:00Z",
              "target": {
                "name": "shop",
                "product": "SQLite",
                "version": "3.54.1",
                "server": "/data/shop.db",
                "database": "main"
              },
              "counts": {
                "passed": 0,
                "changed": 1,
                "skipped": 0,
                "failed": 0,
                "undone": 0,
                "waiting": 1
              },
              "gates": [
                {
                  "name": "g",
                  "open": false,
                  "steps": [
                    {
                      "name": "look",
                      "symbol": "=",
                      "class": "READ",
                      "state": "WAITING",
                      "begun": "2026-11-21T08:00:02Z",
                      "ended": "2026-11-21T08:00:02Z",
                      "recheckAt": "2026-11-22T02:00:00Z",
                      "reason": "window",
                      "accepted": false,
                      "recovered": false,
                      "findings": [
                        {
                          "code": "backup.stale",
                          "headline": "the backup is too old",
                          "expected": "at most 15m",
                          "found": "2h03m",
                          "fix": "take it again: back up shop"
                        }
                      ]
                    },
                    {
                      "name": "write",
                      "symbol": "~",
                      "class": "TRANSACTIONAL",
                      "state": "SUCCEEDED",
                      "begun": "2026-11-21T08:00:04Z",
                      "ended": "2026-11-21T08:00:05Z",
                      "session": "pid 41",
                      "accepted": false,
                      "recovered": false,
                      "undo": "undone by 'u'",
                      "evidence": {
                        "takenAt": "2026-11-21T08:00:00Z",
                        "facts": {
                          "rows": "7"
                        }
                      },
                      "findings": []
                    }
                  ]
                }
              ],
              "applied": [
                "write"
              ],
              "guards": [
                "slow, every 1s"
              ],
              "tripped": [
                {
                  "name": "slow",
                  "reaction": "HOLD",
                  "confirmed": false,
                  "findings": [
                    {
                      "code": "sql.locked",
                      "headline": "table orders is locked",
                      "found": "SQLITE_BUSY\\nby pid 77",
                      "fix": "end the session that holds it"
                    }
                  ]
                }
              ],
              "remarks": [
                {
                  "at": "2026-11-21T08:00:03Z",
                  "text": "guard 'slow' tripped: HOLD"
                }
              ],
              "handOver": {
                "owed": []
              }
            }
            """);
  }

  @Test
  void hostile_text_is_harmless_to_show_and_exact_to_read() {
    String bad = "a\u001b[2J\"\\\n\u202e\u009b\u007f\ud83d\ude00";
    Map<String, Object> told = toldOf(bad);

    assertThat(told).containsEntry("runbook", bad).containsEntry("guards", List.of(bad));
    assertThat(jsonOf(bad).replace("\n", "").codePoints().filter(Plain::acts).count()).isZero();
  }

  @Test
  void half_a_character_does_not_cost_the_report() {
    assertThat(toldOf("cut \ud83d")).containsEntry("runbook", "cut \ufffd");
  }

  private static Map<String, Object> toldOf(String name) {
    return Json.parse(jsonOf(name).getBytes(UTF_8));
  }

  private static String jsonOf(String name) {
    Outline outline =
        new Outline(
            name,
            name,
            new Fingerprint(name, name, name, name),
            List.of(
                new GateLine(
                    name,
                    List.of(
                        new StepLine(name, "=", EffectClass.READ, List.of(), name, List.of())))),
            List.of(name));
    return RunJson.of(Story.begun(outline).run(), name);
  }
}
