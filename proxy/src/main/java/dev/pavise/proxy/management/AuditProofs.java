package dev.pavise.proxy.management;

import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.proof.Proof;
import dev.pavise.auditlog.proof.Proving;
import dev.pavise.auditlog.query.Visible;
import dev.pavise.proxy.http.RefusalCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** {@code GET /v1/audit/proof/{id}}. What the caller may not see is answered like what is not there. */
final class AuditProofs {
    private static final int LONGEST_ID = 36;

    private AuditProofs() {}

    /** @param visible which records the caller may see */
    static LocalAnswer answer(AuditStore audit, Call call, Visible visible) throws IOException {
        if (call.query() != null && !call.query().isEmpty()) {
            return LocalAnswer.refused(RefusalCode.INVALID_ARGUMENT, "a proof is asked for without a query");
        }
        if (call.variable().length() > LONGEST_ID) {
            return absent();
        }
        return switch (audit.prover().byId(call.variable())) {
            case Proving.Proven proven
            when Visible.safely(visible, proven.proof().line()) -> json(proven.proof());
            case Proving.NotSignedYet late
            when seen(audit, late.seq(), visible) ->
                LocalAnswer.refused(
                        RefusalCode.NOT_SIGNED_YET,
                        "record " + late.seq() + " is newer than the newest checkpoint, ask again in a second");
            case Proving.Proven unseen -> absent();
            case Proving.NotSignedYet unseen -> absent();
            case Proving.Unknown unknown -> absent();
            case Proving.Removed removed -> absent();
            case Proving.Extended other -> absent();
            case Proving.Damaged damaged ->
                LocalAnswer.refused(
                        RefusalCode.INTERNAL, "the audit log proves nothing of this record; verify the log");
        };
    }

    private static boolean seen(AuditStore audit, long seq, Visible visible) throws IOException {
        return audit.line(seq).filter(line -> Visible.safely(visible, line)).isPresent();
    }

    private static LocalAnswer absent() {
        return LocalAnswer.refused(RefusalCode.NOT_FOUND, "there is no such record");
    }

    /** The record stands in it byte by byte as it was stored; {@code proof} is all of it as one text that can be checked. */
    private static LocalAnswer json(Proof proof) {
        Map<String, Object> rest = new LinkedHashMap<>();
        rest.put("seq", proof.seq());
        rest.put(
                "hashes",
                proof.hashes().stream().map(Base64.getEncoder()::encodeToString).toList());
        rest.put("checkpoint", proof.note());
        rest.put("proof", proof.text());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("{\"record\":".getBytes(StandardCharsets.UTF_8));
        out.writeBytes(proof.line());
        String behind = JsonMapper.shared().writeValueAsString(rest).substring(1);
        out.writeBytes(("," + behind + "\n").getBytes(StandardCharsets.UTF_8));
        return new LocalAnswer(200, LocalAnswer.JSON, out.toByteArray(), null, null);
    }
}
