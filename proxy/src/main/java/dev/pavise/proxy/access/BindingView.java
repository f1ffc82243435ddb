package dev.pavise.proxy.access;

/**
 * A role that somebody has, as lists show it.
 *
 * @param holder the prefixed id of a principal, or {@code group} and the prefixed name of a group
 * @param configured whether it stands in the configuration, and so can be taken away there only
 * @param origin the file and line, or who gave it and when
 * @param idle why it gives nothing now, as its role or issuer is not configured any more; empty where it is in effect
 */
public record BindingView(String holder, String role, boolean configured, String origin, String idle) {}
