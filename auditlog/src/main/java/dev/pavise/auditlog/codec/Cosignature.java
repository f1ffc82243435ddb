package dev.pavise.auditlog.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.Optional;

/**
 * What a witness says of a checkpoint (C2SP tlog-cosignature, {@code cosignature/v1}): at this time it was the largest that it
 * had seen of this log, and every one before it was its beginning.
 *
 * <p>One that is held here was signed by the witness's key. It holds against whoever can write the log, its anchor and its
 * signing key; not against the witness.
 *
 * @param line the signature line, without its line end
 * @param at when the witness signed, by its own clock, to the second
 */
public record Cosignature(String line, Instant at) {
    private static final String MARK = "\u2014 ";
    private static final int KEY_ID = 4;
    private static final int SIGNATURE = 64;
    private static final int WHOLE = KEY_ID + Long.BYTES + SIGNATURE;
    private static final int MAX_NOTE = 64 * 1024;
    /** The end of the year 9999: what is later is no time. */
    private static final long LATEST = 253_402_300_799L;

    /** The newest cosignature of this witness among the signature lines of a note; empty where there is none that holds. */
    public static Optional<Cosignature> check(String note, WitnessKey key) {
        int end = note.length() > MAX_NOTE ? -1 : note.lastIndexOf("\n\n");
        if (end < 0 || !note.endsWith("\n")) {
            return Optional.empty();
        }
        String text = note.substring(0, end + 1);
        return note.substring(end + 2)
                .lines()
                .flatMap(line -> check(text, line, key).stream())
                .max(Comparator.comparing(Cosignature::at));
    }

    /** Checks one signature line over the text of a checkpoint. */
    public static Optional<Cosignature> check(String text, String line, WitnessKey key) {
        String head = MARK + key.name() + " ";
        if (!line.startsWith(head)) {
            return Optional.empty();
        }
        try {
            String encoded = line.substring(head.length());
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(encoded));
            if (bytes.remaining() != WHOLE
                    || !Base64.getEncoder().encodeToString(bytes.array()).equals(encoded)) {
                return Optional.empty();
            }
            byte[] id = new byte[KEY_ID];
            bytes.get(id);
            long seconds = bytes.getLong();
            boolean holds = key.hasId(id)
                    && seconds >= 0
                    && seconds <= LATEST
                    && verifies(signed(text, seconds), bytes.array(), bytes.position(), key);
            return holds ? Optional.of(new Cosignature(line, Instant.ofEpochSecond(seconds))) : Optional.empty();
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static boolean verifies(byte[] message, byte[] bytes, int offset, WitnessKey key)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(key.key());
        signature.update(message);
        return signature.verify(bytes, offset, SIGNATURE);
    }

    private static byte[] signed(String text, long seconds) {
        return ("cosignature/v1\ntime " + seconds + "\n" + text).getBytes(StandardCharsets.UTF_8);
    }

    /** Cosigns the text of a checkpoint, as a witness does. */
    public static Cosignature sign(String text, Instant at, WitnessKey key, PrivateKey secret)
            throws GeneralSecurityException {
        long seconds = at.getEpochSecond();
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(secret);
        signature.update(signed(text, seconds));
        ByteBuffer bytes = ByteBuffer.allocate(WHOLE);
        bytes.put(key.id()).putLong(seconds).put(signature.sign());
        String line = MARK + key.name() + " " + Base64.getEncoder().encodeToString(bytes.array());
        return new Cosignature(line, Instant.ofEpochSecond(seconds));
    }
}
