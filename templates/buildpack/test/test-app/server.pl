use strict;
use warnings;
use IO::Socket::INET;

$| = 1;
my $port = $ENV{PORT} || 8080;
my $server = IO::Socket::INET->new(LocalPort => $port, Listen => 16, ReuseAddr => 1) or die "port $port: $!\n";
print "listening on port $port\n";
while (my $client = $server->accept) {
    while (my $line = <$client>) { last if $line =~ /^\r?\n$/ }
    my $text = "Hello from a buildpack: $ENV{GREETING}\n";
    print $client "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: " . length($text) . "\r\nconnection: close\r\n\r\n$text";
    close $client;
}
