package dev.pavise.runner.receipt;

import dev.pavise.policy.signing.DsseEnvelope;
import dev.pavise.policy.signing.DsseSignature;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.VerifyKey;
import java.util.List;

/**
 * Signs receipts with the runner's Ed25519 key, as DSSE envelopes that any DSSE tool can check with the public half. A receipt proves that whoever holds
 * the key said so; it holds against gateways and callers, not against the runner's own user.
 */
public final class ReceiptSigner {
    private final SigningKey key;

    public ReceiptSigner(SigningKey key) {
        this.key = key;
    }

    /** The receipt in its envelope. */
    public DsseEnvelope sign(Receipt receipt) {
        byte[] payload = receipt.payload();
        byte[] signed = DsseEnvelope.preAuthenticationEncoding(Receipt.PAYLOAD_TYPE, payload);
        DsseSignature signature = new DsseSignature(key.verifyKey().id().text(), key.sign(signed));
        return new DsseEnvelope(Receipt.PAYLOAD_TYPE, payload, List.of(signature));
    }

    /** What receipts are checked with. */
    public VerifyKey publicKey() {
        return key.verifyKey();
    }
}
