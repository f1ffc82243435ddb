@org.jspecify.annotations.NullMarked
package dev.pavise.proxy.issuer;
