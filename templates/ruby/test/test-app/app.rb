require 'socket'

port = Integer(ENV.fetch('PORT', '8080'))
server = TCPServer.new('0.0.0.0', port)
puts "listening on port #{port}"
trap('TERM') { exit }

loop do
  client = server.accept
  nil until ["\r\n", nil].include?(client.gets)
  text = "Hello from Ruby #{RUBY_VERSION}\n"
  client.print "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: #{text.bytesize}\r\nconnection: close\r\n\r\n#{text}"
  client.close
end
