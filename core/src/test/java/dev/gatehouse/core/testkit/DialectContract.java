package dev.gatehouse.core.testkit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * The suite that every dialect inherits, once for each product and version it claims: extend it,
 * supply a {@link DialectSubject}, add nothing. Knows the SPI only.
 *
 * <p>A capability that the dialect has is tried; one that it has not must be refused while
 * planning, so that nothing goes untested in silence.
 */
@Timeout(120)
public abstract class DialectContract
    implements IdentityFacet,
        ReadingFacet,
        LeaseFacet,
        LatchFacet,
        MarkerFacet,
        FenceFacet,
        DoubtFacet,
        CancelFacet,
        NamesFacet,
        BackupFacet,
        ScriptFacet,
        PrivilegeFacet,
        PlanningFacet {

  private @Nullable DialectSubject subject;

  /** Makes what one test works with. */
  protected abstract DialectSubject open() throws Exception;

  @Override
  public final synchronized DialectSubject subject() {
    if (subject == null) {
      try {
        subject = open();
      } catch (Exception e) {
        throw new IllegalStateException("there is no database to hold to the contract", e);
      }
    }
    return subject;
  }

  @AfterEach
  public final synchronized void close() throws Exception {
    if (subject != null) {
      subject.close();
      subject = null;
    }
  }
}
