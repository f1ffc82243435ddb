package dev.pavise.proxy.server;

/** The streams of an HTTP/2 connection that ended last, and which of them by our reset: frames that a client sent before it knew may follow. */
final class EndedStreams {
    private static final int REMEMBERED = 256;

    private final int[] ids = new int[REMEMBERED];
    private final boolean[] reset = new boolean[REMEMBERED];
    private int next;

    void add(int id, boolean byReset) {
        ids[next] = id;
        reset[next] = byReset;
        next = (next + 1) % REMEMBERED;
    }

    boolean has(int id) {
        return find(id) >= 0;
    }

    boolean wasReset(int id) {
        int at = find(id);
        return at >= 0 && reset[at];
    }

    private int find(int id) {
        for (int i = 0; i < REMEMBERED; i++) {
            if (ids[i] == id) {
                return i;
            }
        }
        return -1;
    }
}
