package dev.gatehouse.core.run;

/**
 * What a run asks of people.
 *
 * @param subject name of the step or guard it is about
 * @param kind which method of {@link Run} answers it
 * @param text the question as people read it
 * @param role who may answer; empty for whoever runs it
 * @since 0.1
 */
public record Question(String subject, Kind kind, String text, String role) {

  /** How it is answered. */
  public enum Kind {
    /** {@link Run#say}: a check waits for words. */
    SAY,
    /** {@link Run#answer}. */
    ANSWER,
    /** {@link Run#accept} or {@link Run#abort}: a check could not tell. */
    ACCEPT,
    /** {@link Run#resolve}: nobody saw what became of an effect. */
    RESOLVE,
    /** {@link Run#confirm} or {@link Run#abort}: a guard tripped. */
    CONFIRM;

    /** Whether the runbook itself asks it, rather than something unforeseen. */
    public boolean planned() {
      return this == SAY || this == ANSWER;
    }
  }
}
