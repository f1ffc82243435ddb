package dev.pavise.proxy.management;

import dev.pavise.auditlog.AuditStore;
import dev.pavise.proxy.http.RefusalCode;

/** {@code GET /v1/audit/checkpoint}: the newest signed checkpoint, or, with {@code cosigned=true}, the newest that the witness cosigned. */
final class AuditCheckpoints {
    private static final String COSIGNED = "cosigned";

    private AuditCheckpoints() {}

    static LocalAnswer answer(AuditStore audit, Call call) {
        try {
            String cosigned = Parameters.of(call.query(), COSIGNED).get(COSIGNED);
            if (cosigned != null && !cosigned.equals("true")) {
                throw new BadArgumentException("query parameter `" + COSIGNED + "` is `true`, or not there");
            }
            return LocalAnswer.text(200, cosigned == null ? audit.checkpoint() : audit.cosignedCheckpoint());
        } catch (BadArgumentException unfit) {
            return LocalAnswer.refused(RefusalCode.INVALID_ARGUMENT, String.valueOf(unfit.getMessage()));
        }
    }
}
