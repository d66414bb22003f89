import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileBytes, filesEach, namesOf, type Packages } from './packages.ts';
import { distance, serveRepository } from './repository.ts';

/** Where Debian's packages have Maven's plugins, and all that those need. */
const plugins = '/usr/share/maven-repo';

function pom(name: string, more: string): string {
  return `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>bench</groupId>
  <artifactId>${name}</artifactId>
  <version>1.0.0</version>
${more}</project>
`;
}

const about = `  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <build><plugins><plugin>
    <artifactId>maven-jar-plugin</artifactId>
    <configuration><archive><manifest><mainClass>Main</mainClass></manifest></archive></configuration>
  </plugin></plugins></build>
`;

function dependency(name: string): string {
  return `    <dependency><groupId>bench</groupId><artifactId>${name}</artifactId><version>1.0.0</version></dependency>\n`;
}

/** A jar for all of them, of bytes that no archive makes smaller. */
function makeJar(work: string): string {
  const [content, jar] = [join(work, 'content'), join(work, 'library.jar')];
  mkdirSync(content);
  for (let index = 0; index < filesEach; index += 1) {
    writeFileSync(join(content, `part-${index}`), randomBytes(fileBytes));
  }
  execFileSync('jar', ['--create', '--file', jar, '-C', content, '.']);
  return jar;
}

/**
 * Libraries of a repository, which serves Maven's plugins as well. With Java the time goes into fetching, one answer after
 * the other: from a folder, with no distance, it would cost next to nothing.
 */
export function mavenPackages(count: number): Packages {
  return {
    about: `${count} libraries from a repository that answers after ${distance} ms`,
    async make(folder, world) {
      const { plain } = namesOf(count, '-');
      const work = world.stage();
      const jar = makeJar(work);
      for (const name of plain) {
        const place = join(folder, 'bench', name, '1.0.0');
        mkdirSync(place, { recursive: true });
        copyFileSync(jar, join(place, `${name}-1.0.0.jar`));
        writeFileSync(join(place, `${name}-1.0.0.pom`), pom(name, ''));
      }
      rmSync(work, { recursive: true });
      const address = await serveRepository(world, [folder, plugins]);
      const mirror = `<mirror><id>near</id><mirrorOf>*</mirrorOf><url>${address}</url></mirror>`;
      return {
        'pom.xml': pom('hello', `${about}  <dependencies>\n${plain.map(dependency).join('')}  </dependencies>\n`),
        '.mvn/maven.config': '-s\n.mvn/settings.xml\n',
        '.mvn/settings.xml': `<settings><mirrors>${mirror}</mirrors></settings>\n`,
      };
    },
  };
}
