package dev.gatehouse.core.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.SimulatedStorage;
import dev.gatehouse.core.testkit.SimulatedStorage.Failure;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalTest {
  private static final Instant AT = Ledger.AT;
  private final Signer signer = Signer.ephemeral();
  private final SimulatedStorage disk = new SimulatedStorage();

  @Test
  void a_record_is_one_line_of_canonical_json_chained_to_the_line_before() throws IOException {
    Journal journal = Journal.create(disk, signer);
    Entry entry = journal.append(AT, 3, "INTENT", Map.of("step", "back up", "try", 1));
    String[] lines = new String(disk.read(), UTF_8).split("\n");
    String prev = Sha256.of(lines[0].getBytes(UTF_8));
    assertThat(lines[1])
        .isEqualTo(
            "{\"at\":\"2026-11-21T02:00:00Z\",\"body\":{\"step\":\"back"
                + " up\",\"try\":1},\"epoch\":3,\"prev\":\""
                + prev
                + "\",\"seq\":1,\"type\":\"INTENT\"}");
    assertThat(entry)
        .isEqualTo(
            new Entry(
                1,
                AT,
                3,
                "INTENT",
                Map.of("step", "back up", "try", 1L),
                prev,
                Sha256.of(lines[1].getBytes(UTF_8))));
    assertThat(journal.entries()).extracting(Entry::type).containsExactly("FORMAT", "INTENT");
  }

  @Test
  void what_was_closed_is_opened_the_same_and_holds_no_reserve() throws IOException {
    Journal journal = Journal.create(disk, signer);
    journal.append(AT, 1, "STEP", Map.of());
    journal.close();
    journal.close();
    byte[] bytes = disk.kill().read();
    assertThat(bytes[bytes.length - 1]).isEqualTo((byte) '\n');
    assertThat(Journal.open(disk.kill(), signer).entries()).isEqualTo(journal.entries());
    assertThatThrownBy(journal::force).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void an_empty_step_costs_two_forces_and_the_reserve_one_in_32_kibibytes() {
    Journal journal = Journal.create(disk, signer);
    int before = disk.forces();
    for (int step = 0; step < 50; step++) {
      journal.reserve();
      journal.append(AT, 1, "INTENT", Map.of("step", "s"));
      journal.force();
      journal.append(AT, 1, "OUTCOME", Map.of("step", "s"));
      journal.force();
    }
    assertThat(disk.forces() - before).isEqualTo(100);
    for (int i = 0; i < 5; i++) {
      journal.reserve();
      journal.append(AT, 1, "BIG", Map.of("text", "x".repeat(20_000)));
      journal.force();
    }
    assertThat(disk.forces() - before).isLessThan(100 + 5 + 5);
  }

  @Test
  void an_older_lease_may_not_write_and_does_no_harm() {
    Journal journal = Journal.create(disk, signer);
    journal.append(AT, 5, "STEP", Map.of());
    assertThatThrownBy(() -> journal.append(AT, 4, "STEP", Map.of()))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            another runner has taken over this run
              expected  lease epoch 5 or later
              found     lease epoch 4
              fix       stop this runner; the one that holds the lease goes on
              code      journal.stale-epoch\
            """);
    assertThat(journal.append(AT, 5, "STEP", Map.of()).seq()).isEqualTo(2);
  }

  @Test
  void a_clock_set_back_does_not_run_backwards_in_the_journal() {
    Journal journal = Journal.create(disk, signer);
    journal.append(AT, 1, "STEP", Map.of());
    assertThat(journal.append(AT.minusSeconds(60), 1, "STEP", Map.of()).at()).isEqualTo(AT);
  }

  @Test
  void types_of_its_own_and_bodies_that_are_not_json_are_misuse() {
    Journal journal = Journal.create(disk, signer);
    for (String type : new String[] {"FORMAT", "SEAL", "REPAIRED", " "}) {
      assertThatThrownBy(() -> journal.append(AT, 1, type, Map.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> journal.append(AT, 1, "STEP", Map.of("seconds", 1.5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seconds");
    assertThat(journal.append(AT, 1, "STEP", Map.of()).seq()).isEqualTo(1);
  }

  @Test
  void the_first_failed_write_or_force_poisons_although_the_next_would_succeed() {
    Journal journal = Journal.create(disk, signer);
    disk.failForce(1);
    journal.append(AT, 1, "INTENT", Map.of());
    assertThatThrownBy(journal::force).hasMessageContaining("journal.poisoned");
    requirePoisoned(journal);

    SimulatedStorage other = new SimulatedStorage();
    Journal second = Journal.create(other, signer);
    other.failWrite(1, Failure.IO_ERROR_ONCE);
    assertThatThrownBy(() -> second.append(AT, 1, "INTENT", Map.of()))
        .hasMessageContaining("found     Input/output error");
    requirePoisoned(second);
    assertThat(second.entries()).hasSize(1);
  }

  private static void requirePoisoned(Journal journal) {
    assertThatThrownBy(journal::force).hasMessageContaining("journal.poisoned");
    assertThatThrownBy(journal::reserve).hasMessageContaining("journal.poisoned");
    assertThatThrownBy(journal::head).hasMessageContaining("journal.poisoned");
    assertThatThrownBy(() -> journal.seal(AT, 1)).hasMessageContaining("journal.poisoned");
    assertThatThrownBy(() -> journal.append(AT, 1, "STEP", Map.of()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("journal.poisoned");
  }

  @Test
  void somebody_else_writing_poisons() throws IOException {
    Journal journal = Journal.create(disk, signer);
    disk.write(disk.size(), new byte[10]);
    assertThatThrownBy(() -> journal.append(AT, 1, "STEP", Map.of()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("somebody else wrote it");
    requirePoisoned(journal);
  }

  @Test
  void a_full_disk_refuses_the_next_effect_and_leaves_room_to_journal_the_end() {
    Journal journal = Journal.create(disk, signer);
    journal.append(AT, 1, "STEP", Map.of("text", "x".repeat(40_000)));
    disk.failWrite(1, Failure.NO_SPACE);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(journal::reserve)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("journal.no-space");
    }
    journal.append(AT, 1, "ABORTED", Map.of("text", "x".repeat(10_000)));
    journal.seal(AT, 1);
    disk.makeRoom();
    journal.reserve();
    journal.close();
    assertThat(Journal.open(disk.crash(1), signer).entries()).isEqualTo(journal.entries());
  }

  @Test
  void a_seal_signs_what_stands_before_it_and_is_not_repeated() {
    Journal journal = Journal.create(disk, signer);
    Entry step = journal.append(AT, 1, "STEP", Map.of());
    Entry seal = journal.seal(AT, 1);
    assertThat(seal.body()).containsEntry("seq", 1L).containsEntry("hash", step.hash());
    assertThat(
            Head.signed(
                signer.publicKey(), 1, step.hash(), "", String.valueOf(seal.body().get("sig"))))
        .isTrue();
    assertThat(journal.seal(AT.plusSeconds(1), 1)).isEqualTo(seal);
    assertThat(Journal.open(disk.crash(3), signer).entries()).endsWith(seal);
  }

  @Test
  void a_head_is_of_durable_records_only() {
    Journal journal = Journal.create(disk, signer);
    Entry step = journal.append(AT, 1, "STEP", Map.of());
    String head = journal.head();
    assertThat(head).startsWith("1:" + step.hash() + ":" + signer.keyId() + ":");
    assertThat(Head.parse(head).signedBy(signer.publicKey())).isTrue();
    for (int seed = 0; seed < 20; seed++) {
      assertThat(Journal.open(disk.crash(seed), signer).entries()).endsWith(step);
    }
  }
}
