package dev.pavise.runner.queue;

/** What waits for a place. It is told exactly one of the two, on whatever thread: so neither may take long. */
public interface Turn {
    /** It has a place, and keeps it until it gives it back. */
    void begin(Place place);

    /** It gets none. */
    void turnedAway(Busy why);
}
