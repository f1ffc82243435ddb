package dev.pavise.proxy.tls;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Certificates that were shown before and found to lead to a client CA, so that a caller who comes back costs a comparison and not the checking
 * of signatures again.
 *
 * <p>Guarantees: what is remembered holds for exactly the same bytes, all certificates that were shown in the same order, and only while every
 * certificate of the path and the client CA at its end are within their time. It says nothing about revocation, which is asked every time. It is
 * as old as the client CAs it belongs to: others come with a memory of their own. Only what was found good is remembered, so strangers cannot
 * fill it; of more than {@value #MOST} the one not seen for longest is forgotten.
 */
final class KnownPaths {
    static final int MOST = 1024;
    /** Of all that was shown together; what is longer is checked anew each time. */
    private static final int LONGEST = 8 * 1024;

    /**
     * A path that was found good.
     *
     * @param shown what was shown, read once for all connections that show it
     * @param path from the leaf up to the certificate that the client CA signed, without the client CA
     */
    record Known(List<X509Certificate> shown, List<X509Certificate> path, Instant from, Instant until) {

        static Known of(List<X509Certificate> shown, List<X509Certificate> path, X509Certificate authority) {
            Instant from = authority.getNotBefore().toInstant();
            Instant until = authority.getNotAfter().toInstant();
            for (X509Certificate each : path) {
                Instant begin = each.getNotBefore().toInstant();
                Instant end = each.getNotAfter().toInstant();
                from = begin.isAfter(from) ? begin : from;
                until = end.isBefore(until) ? end : until;
            }
            return new Known(List.copyOf(shown), List.copyOf(path), from, until);
        }

        boolean holds(Instant now) {
            return !now.isBefore(from) && now.isBefore(until);
        }
    }

    /** What was shown, byte for byte. */
    private static final class Key {
        private final byte[][] encoded;
        private final int hash;

        private Key(byte[][] encoded) {
            this.encoded = encoded;
            this.hash = Arrays.deepHashCode(encoded);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that && hash == that.hash && Arrays.deepEquals(encoded, that.encoded);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private final Map<Key, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
            return size() > MOST;
        }
    };

    /** What is remembered of these certificates and holds at this time, or null. */
    @Nullable
    Known find(List<X509Certificate> shown, Instant now) {
        Key key = key(shown);
        if (key == null) return null;
        Known found;
        synchronized (known) {
            found = known.get(key);
        }
        return found != null && found.holds(now) ? found : null;
    }

    void remember(Known good) {
        Key key = key(good.shown());
        if (key == null) return;
        synchronized (known) {
            known.put(key, good);
        }
    }

    private static @Nullable Key key(List<X509Certificate> shown) {
        byte[][] encoded = new byte[shown.size()][];
        int length = 0;
        try {
            for (int i = 0; i < encoded.length && length <= LONGEST; i++) {
                encoded[i] = shown.get(i).getEncoded();
                length += encoded[i].length;
            }
            if (length > LONGEST) return null;
        } catch (CertificateEncodingException e) {
            return null; // not to be remembered; the whole check judges it
        }
        return new Key(encoded);
    }
}
