/** What the gateway must withstand: attacks over real sockets, each with what may reach the upstream and what must be left afterwards. */
@org.jspecify.annotations.NullMarked
package dev.pavise.proxy.abuse;
