package dev.imprint.web;

import org.eclipse.jetty.http.HttpFields;

/**
 * The answer to GET, and without its body to HEAD.
 *
 * @param fields headers beside the length, the content's type among them
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares or changes them
public record PageResponse(int status, HttpFields fields, byte[] body) {}
