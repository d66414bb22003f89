import type { TemplateName } from './names.ts';

export interface Language {
  readonly title: string;
  /** A builder image that everybody can pull; absent: nobody makes one. */
  readonly builder?: string;
  /** The plain image that the template's scripts are for. */
  readonly base: string;
}

/** A buildpack says itself what it knows. */
export const languages: Readonly<Record<TemplateName, Language>> = {
  nodejs: { title: 'Node.js', builder: 'quay.io/sclorg/nodejs-22-c9s', base: 'docker.io/library/node:22-slim' },
  python: { title: 'Python', builder: 'quay.io/sclorg/python-312-c9s', base: 'docker.io/library/python:3.13-slim' },
  ruby: { title: 'Ruby', builder: 'quay.io/sclorg/ruby-33-c9s', base: 'docker.io/library/ruby:3.4' },
  go: {
    title: 'Go',
    builder: 'registry.access.redhat.com/ubi9/go-toolset',
    base: 'docker.io/library/golang:1.25',
  },
  php: { title: 'PHP', builder: 'quay.io/sclorg/php-83-c9s', base: 'docker.io/library/composer:2' },
  java: {
    title: 'Java',
    builder: 'registry.access.redhat.com/ubi9/openjdk-21',
    base: 'docker.io/library/maven:3-eclipse-temurin-21',
  },
  rust: { title: 'Rust', base: 'docker.io/library/rust:1' },
  static: { title: 'a static site', builder: 'quay.io/sclorg/httpd-24-c9s', base: 'docker.io/library/busybox' },
  buildpack: { title: 'what a buildpack builds', base: 'docker.io/heroku/heroku:24-build' },
};
