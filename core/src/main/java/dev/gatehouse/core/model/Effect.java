package dev.gatehouse.core.model;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.outcome.Evidence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a change does, bound to a target. Each class must supply what its guarantee needs, by type:
 * what no transaction holds cannot be written without a probe.
 *
 * <p>Only the run executes an effect.
 *
 * @since 0.1
 */
public sealed interface Effect {

  /** Exact SQL or commands, secrets redacted; part of the plan's digest. */
  List<String> preview();

  /** What can be promised. */
  EffectClass effectClass();

  /** Whether it changes the target, so that standing checks are asked again before it. */
  boolean touchesTarget();

  /**
   * Where what it changes lies: what is in the target alone is undone by whatever puts the whole
   * content of the target back. By default, what touches the target touches nothing else.
   */
  default Reach reach() {
    return touchesTarget() ? Reach.TARGET : Reach.BESIDE;
  }

  /**
   * How often it is tried in all while others stand in its way (see {@link
   * dev.gatehouse.core.dialect.Contention}), each time only when the attempt before took no effect;
   * by default once. Never when the outcome is in doubt, and not for an undo.
   */
  default int attempts() {
    return 1;
  }

  /**
   * Where it is the undo of a step: what it compares before it counts as done, so that somebody
   * knows what it leaves, in words that follow "compared", such as {@code with the content of the
   * backup}. Empty by default: it is executed as its author wrote it, and nothing compares what it
   * leaves, which plans and reports say.
   */
  default Optional<String> comparison() {
    return Optional.empty();
  }

  /** All in one transaction that the run begins, marks and commits. */
  non-sealed interface InTransaction extends Effect {
    /** What a transaction will execute, with all it needs laid ready; closed however it ends. */
    interface Prepared extends AutoCloseable {
      /** Executes on {@link EffectContext#connection}; must neither commit nor roll back. */
      Evidence apply(EffectContext working) throws Exception;

      @Override
      default void close() throws IOException {}
    }

    /**
     * Before the transaction begins, on the same session in autocommit: what must be so before and
     * cannot be a part of it, such as a backup of what is about to be replaced, or what would keep
     * the transaction waiting, such as files to unpack. Leaves the target's content as it is, and
     * may happen again for the same key. Nothing by default.
     *
     * @return what the transaction executes
     */
    default Prepared prepare(EffectContext working) throws Exception {
      return this::apply;
    }

    /**
     * Executes on {@link EffectContext#connection}; must neither commit nor roll back. A run
     * executes what {@link #prepare} returns, which is this when nothing had to be prepared.
     */
    Evidence apply(EffectContext working) throws Exception;

    /**
     * The login of the target's database in whose session its transaction is, where that is not the
     * target's own; it needs the rights that keep markers. By default the target's own.
     */
    default Optional<Target> account() {
      return Optional.empty();
    }

    /**
     * Whether a second time is another thing than the first, as it is of the statements of a
     * script: a plan says then where the target has a marker of the first. By default not, as of
     * what looks before it does anything, or puts something whole in its place.
     */
    default boolean once() {
      return false;
    }

    @Override
    default EffectClass effectClass() {
      return EffectClass.TRANSACTIONAL;
    }

    @Override
    default boolean touchesTarget() {
      return true;
    }
  }

  /** Statements that cannot run in a transaction; the session holds the latch. */
  non-sealed interface InSession extends Effect, Probed {
    /**
     * Before its intent: fails where the world shows already what it would leave, so that what was
     * so before is never taken for its work, and never undone. Not asked of an undo. Nothing by
     * default.
     *
     * @throws dev.gatehouse.core.outcome.StepFailed when it is so already
     */
    default void requireUnapplied(CheckContext reading) throws Exception {}

    /** Executes on {@link EffectContext#connection}, in autocommit. */
    Evidence apply(EffectContext working) throws Exception;

    @Override
    default EffectClass effectClass() {
      return EffectClass.STATEMENT;
    }

    @Override
    default boolean touchesTarget() {
      return true;
    }
  }

  /**
   * Parts that each take effect at once and for good, in this order, under one latch. What is
   * applied stays applied when a later part fails, unless something takes it back.
   */
  non-sealed interface InSequence extends Effect {

    /** One of them; executed when all before it are in effect. */
    interface Part extends Probed {
      /** What reports call it, such as {@code 003_orders.sql:12}. */
      String name();

      /** Exact SQL or commands, secrets redacted. */
      List<String> preview();

      /**
       * What it needs to be bound again to the same, when the target it was computed from has moved
       * on by parts before it: it stands in the journal, and {@link CheckContext#boundBefore} tells
       * it. Empty where the runbook says it all. Holds no secret.
       */
      default String bound() {
        return "";
      }

      /**
       * Executes on {@link EffectContext#connection} in autocommit, or in a transaction that it
       * begins and ends.
       */
      Evidence apply(EffectContext working) throws Exception;

      /** Before it is executed: whether the world is already as it leaves it. */
      default boolean isSo(CheckContext reading, String key) throws Exception {
        return probe(reading, key).kind() == ProbeResult.Kind.APPLIED;
      }

      /**
       * What takes it back when a later part fails, while all behind it are taken back; its own
       * inverse is not asked for. Empty: the part stays then.
       */
      default Optional<Part> inverse() {
        return Optional.empty();
      }
    }

    /** In order, at least one; the same for every call, as a plan pins them. */
    List<Part> parts();

    /** Of each part, headed by its name, and what takes it back. */
    @Override
    default List<String> preview() {
      List<String> lines = new ArrayList<>();
      for (Part part : parts()) {
        lines.add("-- " + part.name());
        lines.addAll(part.preview());
        part.inverse()
            .ifPresent(
                back -> {
                  lines.add("-- taken back by");
                  lines.addAll(back.preview());
                });
      }
      return lines;
    }

    @Override
    default EffectClass effectClass() {
      return EffectClass.SEQUENCE;
    }

    @Override
    default boolean touchesTarget() {
      return true;
    }
  }

  /** Files, processes, other systems. */
  non-sealed interface External extends Effect, Probed {
    /**
     * Before it: what shows that the world is already as the effect would leave it. Then nothing is
     * executed, and nothing undone: what was so before is nobody's work. Asked of an undo as well:
     * what is so already is undone. Empty by default.
     *
     * @throws dev.gatehouse.core.outcome.StepFailed when that cannot be told
     */
    default Optional<Evidence> foundSo(CheckContext reading) throws Exception {
      return Optional.empty();
    }

    /**
     * Whether {@link #foundSo} looks. An undo that does not cannot follow a restore that perhaps
     * undid the same already. Default no.
     */
    default boolean looksBefore() {
      return false;
    }

    /** Does it under {@link EffectContext#key}, so that doing it twice under one key is once. */
    Evidence apply(EffectContext working) throws Exception;

    @Override
    default EffectClass effectClass() {
      return EffectClass.EXTERNAL;
    }
  }

  /** Done and confirmed by a person who holds the role. */
  record Human(String question, String role) implements Effect {
    @Override
    public List<String> preview() {
      return List.of(question + " (asked of: " + role + ")");
    }

    @Override
    public EffectClass effectClass() {
      return EffectClass.HUMAN;
    }

    @Override
    public boolean touchesTarget() {
      return false;
    }
  }

  /** What can be asked, after a crash, whether it happened. */
  interface Probed {
    /**
     * Looks at the world, not at the journal: has the effect of this key happened? Called only
     * after the session that might still perform it has been fenced off.
     */
    ProbeResult probe(CheckContext reading, String key) throws Exception;

    /**
     * Whether its probe would also see a part of it. Where it would not, what was cut off half-way
     * and is not seen has perhaps been done in part.
     */
    default boolean showsParts() {
      return true;
    }
  }
}
