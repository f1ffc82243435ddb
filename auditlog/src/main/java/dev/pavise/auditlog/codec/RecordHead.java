package dev.pavise.auditlog.codec;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Writes the part of a line that its place in the log decides: a version 7 UUID (RFC 9562), the sequence number and the
 * timestamp (RFC 3339, UTC, microseconds). Used by one thread at a time.
 *
 * <pre>{"id":"0193...","seq":42,"timestamp":"2026-11-21T21:46:05.123456Z"</pre>
 */
public final class RecordHead {
    /** Where the digits of the sequence number begin in every line. */
    public static final int SEQ_OFFSET = 51;

    private static final byte[] ID = JsonBytes.ascii("{\"id\":\"");
    private static final byte[] SEQ = JsonBytes.ascii("\",\"seq\":");
    private static final byte[] TIMESTAMP = JsonBytes.ascii(",\"timestamp\":\"");
    private static final int MICRO_DIGITS = 6;

    private final JsonBytes out = new JsonBytes();
    private final RandomGenerator random;
    private long cachedSecond = Long.MIN_VALUE;
    private byte[] cachedText = {};
    private long lastMillis;
    private int counter;

    public RecordHead() {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(new SecureRandom().nextLong());
    }

    public byte[] array() {
        return out.array();
    }

    public int length() {
        return out.length();
    }

    public void write(long seq, Instant now) {
        out.length(0);
        out.constant(ID);
        id(now.toEpochMilli());
        out.constant(SEQ);
        out.number(seq);
        out.constant(TIMESTAMP);
        timestamp(now);
        out.raw((byte) '"');
    }

    /** Ids of one millisecond count up in {@code rand_a}, so that they sort as they were made. */
    private void id(long millis) {
        if (millis == lastMillis) {
            counter = (counter + 1) & 0xfff;
        } else {
            lastMillis = millis;
            counter = random.nextInt(0x400);
        }
        out.hex(millis >>> 16, 8);
        out.raw((byte) '-');
        out.hex(millis & 0xffff, 4);
        out.raw((byte) '-');
        out.hex(0x7000L | counter, 4);
        out.raw((byte) '-');
        long tail = random.nextLong();
        out.hex(0x8000L | (tail >>> 50), 4);
        out.raw((byte) '-');
        out.hex(tail, 12);
    }

    private void timestamp(Instant now) {
        if (now.getEpochSecond() != cachedSecond) {
            cachedSecond = now.getEpochSecond();
            cachedText = JsonBytes.ascii(Timestamps.second(cachedSecond));
        }
        out.constant(cachedText);
        out.digits(now.getNano() / 1000, MICRO_DIGITS);
        out.raw((byte) 'Z');
    }

    /** The text form of moments, fixed in width, so that comparing texts compares moments. */
    public static final class Timestamps {
        private Timestamps() {}

        /** The whole form, as it stands in a record. */
        public static String text(Instant moment) {
            return second(moment.getEpochSecond()) + String.format("%06dZ", moment.getNano() / 1000);
        }

        private static String second(long epochSecond) {
            LocalDateTime time = LocalDateTime.ofEpochSecond(epochSecond, 0, ZoneOffset.UTC);
            return String.format(
                    "%04d-%02d-%02dT%02d:%02d:%02d.",
                    time.getYear(),
                    time.getMonthValue(),
                    time.getDayOfMonth(),
                    time.getHour(),
                    time.getMinute(),
                    time.getSecond());
        }
    }
}
