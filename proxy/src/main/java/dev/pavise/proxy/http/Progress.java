package dev.pavise.proxy.http;

/** How far a part of a parser came. */
enum Progress {
    MORE,
    DONE,
    REFUSED
}
