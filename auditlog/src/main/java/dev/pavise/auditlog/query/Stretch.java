package dev.pavise.auditlog.query;

/**
 * Records to be read one after the other.
 *
 * @param from the first number
 * @param to behind the last number
 * @param place where the first one is by the index; 0 where that is not known
 * @param bytes about how many bytes they have
 */
record Stretch(long from, long to, long place, int bytes) {}
